import { useEffect, useState } from 'preact/hooks';
import { problemOf, type RelayProblem } from './relay-api.ts';

/** What a page waits for, has, or cannot have. What was loaded stays when it cannot be loaded again, with the reason. */
export type Load<Body> = { body: Body; problem?: RelayProblem } | { problem: RelayProblem } | 'loading';

/** What is there; nothing while it is not. */
export const bodyOf = <Body>(load: Load<Body>): Body | undefined =>
  load !== 'loading' && 'body' in load ? load.body : undefined;

/**
 * Loads something when `inputs` change; an answer that comes after the next question is dropped.
 *
 * @param everyMs - loads again so often while the page is visible, and shows what was there meanwhile; `0` does not.
 */
export function useLoad<Body>(
  load: (signal: AbortSignal) => Promise<Body>,
  inputs: readonly unknown[],
  everyMs = 0,
): Load<Body> {
  const [state, setState] = useState<Load<Body>>('loading');
  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    // What is looked at again and again stays on the page meanwhile, with what is open in it.
    setState((before) => (everyMs > 0 && before !== 'loading' && 'body' in before ? before : 'loading'));
    const ask = (): void => {
      load(abort.signal)
        .then(
          (body) => !abort.signal.aborted && setState({ body }),
          (error: unknown) => {
            if (abort.signal.aborted) return;
            const problem = problemOf(error);
            setState((before) =>
              before !== 'loading' && 'body' in before ? { body: before.body, problem } : { problem },
            );
          },
        )
        .finally(() => {
          if (everyMs > 0 && !abort.signal.aborted) timer = setTimeout(askAgain, everyMs);
        });
    };
    // A tab that nobody looks at asks nothing of the relay, and at once when it is looked at again.
    const askAgain = (): void => {
      if (!document.hidden) return ask();
      document.addEventListener('visibilitychange', ask, { once: true, signal: abort.signal });
    };
    ask();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, inputs);
  return state;
}
