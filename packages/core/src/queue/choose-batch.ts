import type { Batch } from './batch.ts';
import { packForLeaving } from './leave.ts';
import type { Sending } from './sending.ts';

const kinds = ['identify', 'capture'] as const;

/** What goes next; `undefined` while there is nothing, or too little and nobody asked for it. */
export function chooseBatch(
  { host, limit, suspects, retries, newBatch }: Sending,
  now: number,
  isDraining: boolean,
): Batch | undefined {
  const { isSearching } = suspects;
  // Nothing else goes meanwhile: what is refused next belongs to the search.
  const ready = retries.takeReady(now, isSearching);
  if (ready) return ready;
  if (isSearching) {
    const half = suspects.next();
    return half && newBatch(half, { isHalf: true, isPlain: true });
  }
  const { queue } = host;
  if (queue.waiting === 0 || (!isDraining && queue.waiting < host.flushAt)) return undefined;
  const list = queue[queue.identify.length > 0 ? 'identify' : 'capture'];
  return newBatch(list.take(host.maxBatchEvents, limit.read()));
}

/** One message, another one each time, so that a bad one alone cannot keep the others back. */
export function chooseProbe({ host, suspects, retries, newBatch }: Sending): Batch | undefined {
  // A search ends here, and begins anew when the server answers again.
  const searched = suspects.release();
  if (searched.length > 0) {
    retries.dropHalves();
    retries.putLast(newBatch(searched));
  }
  const [first, ...rest] = retries.takeFirst()?.entries ?? [];
  if (rest.length > 0) retries.putLast(newBatch(rest));
  const { identify, capture } = host.queue;
  const entry = first ?? identify.take(1, 1)[0] ?? capture.take(1, 1)[0] ?? suspects.takeDoubtful();
  return entry && newBatch([entry]);
}

/** What still goes when the page is left: what fits into `room` bytes, highest priority first. The rest stays. */
export function chooseForLeaving({ host, limit, retries, newBatch }: Sending, room: number): Batch[] {
  const { queue, byteLength, maxBatchEvents } = host;
  const all = retries.takeFree();
  // A purchase that stays behind may never come.
  queue.hasten();
  for (const kind of kinds) all.push(...queue[kind].take(Infinity, Infinity));
  all.sort((a, b) => b.message.priority - a.message.priority || a.seq - b.seq);
  return kinds.flatMap((kind) => {
    const { now, later, bytes } = packForLeaving(
      all.filter(({ message }) => message.kind === kind),
      { maxEvents: maxBatchEvents, maxBytes: Math.min(room, limit.read()), byteLength },
    );
    queue[kind].putBack(later);
    if (now.length === 0) return [];
    room -= bytes;
    return newBatch(now);
  });
}
