import type { Answered } from '../answered.ts';

/** One answered message with its place in the feed. */
export interface FeedItem extends Answered {
  /** Counts up, over restarts of the process, too. */
  seq: number;
}

/** What this relay answered, for those who watch it live (docs/wire.md W-41). */
export interface Feed {
  push(answered: Answered): void;
  /**
   * Calls back for each item of an environment from now on, and at once for those after `seq` that are still known.
   *
   * @returns `isCut`: some after `seq` are not known any more; `stop` ends it.
   */
  watch(
    environment: string,
    seq: number | undefined,
    onItem: (item: FeedItem) => void,
  ): { isCut: boolean; stop(): void };
  /** Calls back when the relay closes. */
  onClose(callback: () => void): void;
  close(): void;
}

/** Items that are known to who comes back after a cut. */
const keptItems = 1_000;

/**
 * @param startedAt - milliseconds since 1970. Numbers go on from there, so that one from before a restart is below all of
 *   this process's, and who comes back with it learns that something may be missing.
 */
export function createFeed(startedAt = 0): Feed {
  const kept: FeedItem[] = [];
  const watchers = new Set<{ environment: string; onItem: (item: FeedItem) => void }>();
  const closing = new Set<() => void>();
  // 100,000 a second at most, and 15 digits for some thousand years.
  let last = startedAt * 100;
  return {
    push(answered) {
      const item = { ...answered, seq: ++last };
      kept.push(item);
      // Cut off in slices: to move a thousand items for each event would cost more than the event.
      if (kept.length >= 2 * keptItems) kept.splice(0, keptItems);
      for (const { environment, onItem } of watchers) if (environment === item.environment) onItem(item);
    },
    watch(environment, seq, onItem) {
      const watcher = { environment, onItem };
      watchers.add(watcher);
      const first = kept[0]?.seq ?? last + 1;
      // A number beyond the last is from before the clock was set back.
      const isCut = seq !== undefined && (seq + 1 < first || seq > last);
      if (seq !== undefined) {
        const from = isCut ? 0 : seq;
        for (const item of kept) if (item.seq > from && item.environment === environment) onItem(item);
      }
      return { isCut, stop: () => void watchers.delete(watcher) };
    },
    onClose: (callback) => void closing.add(callback),
    close() {
      for (const callback of closing) callback();
      closing.clear();
      watchers.clear();
    },
  };
}
