import { useEffect, useState } from 'preact/hooks';
import { RelayProblem } from './relay-api.ts';

/** What a page waits for, has, or cannot have. */
export type Load<Body> = { body: Body } | { problem: RelayProblem } | 'loading';

/** Loads something when `inputs` change; an answer that comes after the next question is dropped. */
export function useLoad<Body>(
  load: (signal: AbortSignal) => Promise<Body>,
  inputs: readonly unknown[],
): Load<Body> {
  const [state, setState] = useState<Load<Body>>('loading');
  useEffect(() => {
    const abort = new AbortController();
    setState('loading');
    load(abort.signal).then(
      (body) => !abort.signal.aborted && setState({ body }),
      (error: unknown) => {
        if (abort.signal.aborted) return;
        const problem = error instanceof RelayProblem ? error : new RelayProblem(0, String(error));
        setState({ problem });
      },
    );
    return () => abort.abort();
  }, inputs);
  return state;
}
