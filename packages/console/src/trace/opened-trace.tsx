import { createContext, type ComponentChildren } from 'preact';
import { useContext, useEffect, useRef, useState } from 'preact/hooks';
import type { RelayApi } from '../relay-api.ts';
import { TraceView } from './trace-view.tsx';

const OpenTrace = createContext<(event_id: string) => void>(() => {});

/** Opens the trace of an event, in front of the page. */
export const useOpenTrace = (): ((event_id: string) => void) => useContext(OpenTrace);

/**
 * A page, with the trace that was opened from it in front. The page stays as it is behind it, whatever it loads meanwhile,
 * and the browser's back button leads to it. Which event it is stands in no address and no history, only its number.
 */
export function WithTrace({ api, children }: { api: RelayApi; children: ComponentChildren }) {
  const [opened, setOpened] = useState<string>();
  const ids = useRef<string[]>([]);
  const opener = useRef<HTMLElement | null>(null);
  useEffect(() => {
    const follow = ({ state }: PopStateEvent): void => setOpened(ids.current[numberIn(state)]);
    addEventListener('popstate', follow);
    return () => removeEventListener('popstate', follow);
  }, []);
  useEffect(() => {
    if (opened === undefined) opener.current?.focus();
  }, [opened]);
  const open = (event_id: string): void => {
    const { activeElement } = document;
    opener.current = activeElement instanceof HTMLElement ? activeElement : null;
    history.pushState({ trace: ids.current.push(event_id) - 1 }, '');
    setOpened(event_id);
  };
  return (
    <OpenTrace.Provider value={open}>
      {opened !== undefined && (
        <TraceView key={opened} api={api} event_id={opened} onClose={() => history.back()} />
      )}
      <div hidden={opened !== undefined}>{children}</div>
    </OpenTrace.Provider>
  );
}

const numberIn = (state: unknown): number =>
  typeof state === 'object' && state !== null && 'trace' in state ? Number(state.trace) : -1;
