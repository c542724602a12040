import type { Batch } from './batch.ts';
import { packForLeaving } from './leave.ts';
import type { Sending } from './sending.ts';

/** What is sent next. */
export interface Choice {
  /** A batch; `undefined` while there is nothing, or too little and nobody asked for it. */
  next(now: number, isDraining: boolean): Batch | undefined;
  /** One message, another one each time, so that a bad one alone cannot keep the others back. */
  probe(): Batch | undefined;
  /** What still goes when the page is left: what fits into `room` bytes, highest priority first. The rest stays. */
  leaving(room: number): Batch[];
}

const kinds = ['identify', 'capture'] as const;

export function createChoice(sending: Sending): Choice {
  const { queue, limit, suspects, newBatch, maxBatchEvents } = sending;
  return {
    next(now, isDraining) {
      const { isSearching } = suspects;
      // Nothing else goes meanwhile: what is refused next belongs to the search.
      const isReady = ({ notBefore, isHalf }: Batch): boolean => notBefore <= now && (isHalf || !isSearching);
      const ready = sending.again.findIndex(isReady);
      if (ready >= 0) return sending.again.splice(ready, 1)[0];
      if (isSearching) {
        const half = suspects.next();
        return half && newBatch(half, { isHalf: true, isPlain: true });
      }
      if (queue.waiting === 0 || (!isDraining && queue.waiting < sending.flushAt)) return undefined;
      const list = queue[queue.identify.length > 0 ? 'identify' : 'capture'];
      return newBatch(list.take(maxBatchEvents, limit.read()));
    },

    probe() {
      // A search ends here, and begins anew when the server answers again.
      const searched = suspects.release();
      if (searched.length > 0) {
        sending.again = [...sending.again.filter(({ isHalf }) => !isHalf), newBatch(searched)];
      }
      const [first, ...rest] = sending.again.shift()?.entries ?? [];
      if (rest.length > 0) sending.again.push(newBatch(rest));
      const entry =
        first ?? queue.identify.take(1, 1)[0] ?? queue.capture.take(1, 1)[0] ?? suspects.takeDoubtful();
      return entry && newBatch([entry]);
    },

    leaving(room) {
      // Not the halves of a search, nor what was refused alone: those travel by themselves.
      const isFree = ({ isHalf, acceptedAt }: Batch): boolean => !isHalf && acceptedAt === undefined;
      const all = sending.again.filter(isFree).flatMap(({ entries }) => entries);
      sending.again = sending.again.filter((batch) => !isFree(batch));
      // A purchase that stays behind may never come.
      queue.hasten();
      for (const kind of kinds) all.push(...queue[kind].take(Infinity, Infinity));
      all.sort((a, b) => b.message.priority - a.message.priority || a.seq - b.seq);
      return kinds.flatMap((kind) => {
        const { now, later, bytes } = packForLeaving(
          all.filter(({ message }) => message.kind === kind),
          maxBatchEvents,
          Math.min(room, limit.read()),
          sending.byteLength,
        );
        queue[kind].putBack(later);
        if (now.length === 0) return [];
        room -= bytes;
        return newBatch(now);
      });
    },
  };
}
