import { openOf, type Batch } from './batch.ts';
import type { Entry } from './message.ts';

/**
 * The search for a bad message (docs/wire.md W-26). Messages that were refused together are tried by halves, and nothing
 * else is sent meanwhile. A message that is refused alone is bad for certain only if the server takes others: until then
 * it is in doubt, and perhaps the set-up is wrong.
 */
export interface Suspects {
  /** Messages that were refused together wait to be tried. */
  readonly isSearching: boolean;
  /** The half to try next; `undefined` while the answer to one is awaited. */
  next(): Entry[] | undefined;
  /** A request was answered: a half is no longer awaited, and the `cleared` are no longer suspects. */
  answered(batch: Batch, cleared?: readonly Entry[]): void;
  /** All of these were refused together: the bad one is among them. Returns the other suspects, which are free again. */
  refusedTogether(entries: readonly Entry[]): Entry[];
  /** Whether a message that is refused alone is bad: the server took others before this request began. */
  isCertain(batch: Batch, startedAt: number): boolean;
  /** Refused alone, and not certain. Returns whether there are so many that the set-up must be wrong. */
  doubt(entry: Entry): boolean;
  /** The server took messages. Returns those in doubt, which get another chance, alone. */
  accepted(): Entry[];
  /** Ends the search by halves. Returns the suspects. */
  release(): Entry[];
  /** One of those in doubt, to try it again. */
  takeDoubtful(): Entry | undefined;
}

// A firewall refuses everything: so many refusals and no acceptance end the search.
const refusalsThatMeanSetup = 3;

export function createSuspects(now: () => number): Suspects {
  let suspects: Entry[] = [];
  let isAwaited = false;
  let doubtful: Entry[] = [];
  let acceptedAt = Infinity;
  return {
    get isSearching() {
      return suspects.length > 0;
    },
    next() {
      if (isAwaited) return undefined;
      isAwaited = true;
      return suspects.slice(0, Math.ceil(suspects.length / 2));
    },
    answered({ isHalf }, cleared = []) {
      if (isHalf) isAwaited = false;
      suspects = openOf(suspects).filter((entry) => !cleared.includes(entry));
    },
    refusedTogether(entries) {
      if (suspects.length + doubtful.length === 0) acceptedAt = Infinity;
      const others = suspects.filter((entry) => !entries.includes(entry));
      suspects = [...entries];
      isAwaited = false;
      return others;
    },
    isCertain: (batch, startedAt) => startedAt >= (batch.acceptedAt ?? acceptedAt),
    doubt(entry) {
      doubtful.push(entry);
      return doubtful.length >= refusalsThatMeanSetup;
    },
    accepted() {
      acceptedAt = Math.min(acceptedAt, now());
      return openOf(doubtful.splice(0));
    },
    release() {
      isAwaited = false;
      return suspects.splice(0);
    },
    takeDoubtful: () => doubtful.shift(),
  };
}
