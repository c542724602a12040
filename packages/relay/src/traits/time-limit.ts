import { createContext, Script } from 'node:vm';

/** Runs work that is not ours. Returns false when it took too long and was interrupted; what it throws is thrown. */
export type TimeLimit = (work: () => void) => boolean;

/**
 * Makes a limit for synchronous work: node:vm interrupts whatever runs below a script, closures of this process, too. A
 * timer could not, since it would wait for the very work. Costs some 50 µs a run.
 *
 * @param limitMs - default `1_000`.
 */
export function createTimeLimit(limitMs = 1_000): TimeLimit {
  const room = createContext({ work: undefined }) as { work: (() => void) | undefined };
  const script = new Script('work()');
  return (work) => {
    room.work = work;
    try {
      script.runInContext(room, { timeout: limitMs });
      return true;
    } catch (cause) {
      // Made in the other context, it is no instance of our Error.
      if ((cause as { code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return false;
      throw cause;
    } finally {
      room.work = undefined;
    }
  };
}
