import type { Batch } from './batch.ts';
import type { Entry } from './message.ts';

/** The batches that go again. */
export interface Retries {
  readonly isEmpty: boolean;
  /** The earliest time at which one may go; `Infinity` when there is none. */
  readonly earliest: number;
  /** Goes before the others. */
  putFirst(batch: Batch): void;
  /** Goes after the others. */
  putLast(batch: Batch): void;
  /** The first that may go now; during a search, only a half of its suspects. */
  takeReady(now: number, isSearching: boolean): Batch | undefined;
  /** The first, ready or not. */
  takeFirst(): Batch | undefined;
  /** The messages of those that may travel in other company: they are in no search, and were not refused alone. */
  takeFree(): Entry[];
  /** Ends a search: its halves are sent no more. */
  dropHalves(): void;
}

export function createRetries(): Retries {
  let batches: Batch[] = [];
  return {
    get isEmpty() {
      return batches.length === 0;
    },
    get earliest() {
      return Math.min(...batches.map(({ notBefore }) => notBefore));
    },
    putFirst(batch) {
      batches.unshift(batch);
    },
    putLast(batch) {
      batches.push(batch);
    },
    takeReady(now, isSearching) {
      const ready = batches.findIndex(
        ({ notBefore, isHalf }) => notBefore <= now && (isHalf || !isSearching),
      );
      return ready < 0 ? undefined : batches.splice(ready, 1)[0];
    },
    takeFirst: () => batches.shift(),
    takeFree() {
      const isFree = ({ isHalf, acceptedAt }: Batch): boolean => !isHalf && acceptedAt === undefined;
      const free = batches.filter(isFree);
      batches = batches.filter((batch) => !isFree(batch));
      return free.flatMap(({ entries }) => entries);
    },
    dropHalves() {
      batches = batches.filter(({ isHalf }) => !isHalf);
    },
  };
}
