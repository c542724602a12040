import { bytesOf, envelopeBytes } from './batch.ts';
import type { Entry } from './message.ts';

/** What goes into one last request, the highest priority first, and what stays. */
export function packForLeaving(
  entries: readonly Entry[],
  maxEvents: number,
  maxBytes: number,
  byteLength: (text: string) => number,
): { now: Entry[]; later: Entry[]; bytes: number } {
  const now: Entry[] = [];
  const later: Entry[] = [];
  let bytes = envelopeBytes;
  for (const entry of entries) {
    const more = bytesOf(entry, byteLength) + 1;
    if (now.length < maxEvents && bytes + more <= maxBytes) {
      bytes += more;
      now.push(entry);
    } else later.push(entry);
  }
  return { now, later, bytes };
}
