import type { HeapDrift } from '../heap-drift.ts';

/** What a call of the page may show; silence is watched by `watchSilence`. */
export type CallDrift = Exclude<HeapDrift, { kind: 'silent' }>;

const texts: Record<CallDrift['kind'], string> = {
  missing: 'is not sent. The call lacks, or has in a form that cannot be read',
  uncast: 'is sent without what its cast cannot read',
  near_miss: 'is not sent. No entry has this label; did you mean',
  deprecated: 'is deprecated, and not sent after',
};

/** Says on the console what became of a call, and why. Names only, never a value. */
export function warnOfDrift({ kind, source_event, canonical_event, ...what }: CallDrift): void {
  console.warn(
    `TrackLayer [drift] ${source_event} (${canonical_event}) ${texts[kind]}`,
    ...Object.values(what),
  );
}
