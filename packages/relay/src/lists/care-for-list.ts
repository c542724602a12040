import type { ListFacts, Outcome } from '@tracklayer/destinations';
import type { AudienceTarget } from '../audiences/rules.ts';
import type { Calls } from '../deliver/call-destination.ts';
import { dayMs } from '../store/days.ts';
import { callList } from './call-list.ts';
import type { Progress } from './list-record.ts';
import { provideList } from './provide-list.ts';

/** A list that was just made is found, and takes members, after five seconds. */
const madeMs = 6_000;
/** A relay that starts has other things to do, and members are to arrive first. */
const firstMs = 600_000;
const passingMs = 60_000;
const brokenMs = 600_000;

export interface Turn {
  after: Progress;
  /** Milliseconds since 1970. */
  due_at: number;
}

/** One turn of a list's chore: makes the list when it is missing, else asks how large it is. */
export async function careForList(
  { audience, to }: { audience: string; to: AudienceTarget },
  before: Progress,
  calls: Calls,
): Promise<Turn> {
  const { now } = calls;
  const { mirror, configured, target } = to;
  const given = JSON.stringify(target);
  const at = (): string => new Date(now()).toISOString();
  const isMaking = (target as { create?: boolean }).create === true;
  // Of another target it is another list.
  const known: Progress = before.given === given ? before : {};
  const failed = ({ class: kind, detail, afterMs = 0 }: Outcome): Turn => ({
    after: { ...known, given, problem: `${kind}: ${detail ?? 'without a reason'}`, at: at() },
    due_at: now() + Math.max(kind === 'retry' || kind === 'throttle' ? passingMs : brokenMs, afterMs),
  });
  if (isMaking && !known.made) {
    const provided = await provideList(audience, to, calls);
    if ('all' in provided) return failed(provided.all);
    const { made } = provided;
    return { after: { given, ...(made && { made }), at: at() }, due_at: now() + (made ? firstMs : madeMs) };
  }
  if (before.given !== given) return { after: { ...known, given }, due_at: now() + firstMs };
  const measure = mirror.lists?.measure;
  if (!measure) return { after: known, due_at: now() + dayMs };
  const reading = await callList<{ facts: ListFacts }>(
    to,
    calls,
    (access) => measure.request(configured.settings, known.made ?? target, access),
    (answer) => measure.read(answer),
  );
  if ('all' in reading) return failed(reading.all);
  const { made } = known;
  return {
    after: { given, ...(made && { made }), facts: reading.facts, at: at() },
    due_at: now() + dayMs,
  };
}
