import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

/** A button that asks before it acts: the first click says what the second one does. */
export function Confirm({
  action,
  onAsk,
  isReady = true,
  onConfirm,
  children,
}: {
  /** `Pause` */
  action: string;
  /** Called at the first click, to find out what the second would do. */
  onAsk?: () => void;
  /** Whether what the second click would do is known and shown. */
  isReady?: boolean;
  onConfirm: () => void;
  children: ComponentChildren;
}) {
  const [isAsking, setAsking] = useState(false);
  if (!isAsking) {
    const ask = (): void => {
      setAsking(true);
      onAsk?.();
    };
    return (
      <button type="button" onClick={ask}>
        {action}…
      </button>
    );
  }
  const confirm = (): void => {
    setAsking(false);
    onConfirm();
  };
  return (
    <>
      <div>{children}</div>
      <button type="button" disabled={!isReady} onClick={confirm}>
        {action}
      </button>{' '}
      <button type="button" onClick={() => setAsking(false)}>
        Leave it
      </button>
    </>
  );
}
