import { storeUnavailable } from '../problem.ts';
import type { ChangeStore, NewChange } from '../store/changes.ts';

/** What recording a change takes of a call. */
export interface ChangeContext {
  store: ChangeStore;
  environment: string;
  /** The fingerprint of the key that calls. */
  key: string;
  /** Milliseconds since 1970. */
  now: () => number;
}

/**
 * Records what a call changed, before it is answered. Whoever gets 503 repeats the call: the change itself stands, and
 * doing it again does nothing more.
 *
 * @throws 503 when the store cannot commit.
 */
export const recordChange = (
  { store, environment, key, now }: ChangeContext,
  change: Omit<NewChange, 'at' | 'key'>,
): Promise<void> =>
  store.addChange(environment, { ...change, at: now(), key }).catch((cause: unknown) => {
    throw storeUnavailable(cause);
  });
