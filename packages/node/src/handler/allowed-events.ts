import type { Registry } from '@tracklayer/core';
import { promotesUntil } from '@tracklayer/core/adapter';
import { ofEntries } from '../registry/of-entries.ts';
import type { CaptureHandlerOptions } from './options.ts';

/** Whether a page may send an event, at a time in milliseconds since 1970. */
type IsAllowed = (event: string, now: number) => boolean;

/** By `allow`, else by what the registry promotes at that time (docs/wire.md W-9, W-32), else all. */
export function allowedEvents({
  allow,
  registry,
}: Pick<CaptureHandlerOptions, 'allow' | 'registry'>): IsAllowed {
  if (allow) {
    const listed = new Set(allow);
    return (event) => listed.has(event);
  }
  if (!registry) return () => true;
  const ends = ofEntries(registry, endsOf);
  return (event, now) => now < (ends().get(event) ?? -Infinity);
}

/** Several labels may become one event: the last of them to end counts. */
function endsOf({ entries }: Registry): ReadonlyMap<string, number> {
  const ends = new Map<string, number>();
  for (const entry of entries) {
    const { canonical_event } = entry;
    ends.set(canonical_event, Math.max(ends.get(canonical_event) ?? -Infinity, promotesUntil(entry)));
  }
  return ends;
}
