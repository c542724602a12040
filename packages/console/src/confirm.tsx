import type { Scope } from '@tracklayer/relay';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { useMay, whyNot } from './access.tsx';

/** A button that is off where the key may not do what it does; `MayNot` says why. */
export function Act({
  scope,
  onClick,
  children,
}: {
  scope: Scope;
  onClick: () => void;
  children: ComponentChildren;
}) {
  const may = useMay(scope);
  return (
    <button
      type="button"
      disabled={!may}
      aria-describedby={may ? undefined : whyNot(scope)}
      onClick={onClick}
    >
      {children}
    </button>
  );
}

/** A button that asks before it acts: the first click says what the second one does. */
export function Confirm({
  scope,
  action,
  onAsk,
  isReady = true,
  onConfirm,
  children,
}: {
  /** What the key must be allowed. */
  scope: Scope;
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
      <Act scope={scope} onClick={ask}>
        {action}…
      </Act>
    );
  }
  const confirm = (): void => {
    setAsking(false);
    onConfirm();
  };
  return (
    <div class="asked">
      <div>{children}</div>
      <button type="button" class="strong" disabled={!isReady} onClick={confirm}>
        {action}
      </button>{' '}
      <button type="button" onClick={() => setAsking(false)}>
        Cancel
      </button>
    </div>
  );
}
