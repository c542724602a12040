import type { Check, CheckName, Verification } from '../../verify/verification.ts';

const signs = { ok: '✓', failed: '✗', waiting: '…' } as const;

/** The guide's words for what is checked. */
const titles: Record<CheckName, string> = {
  arrival: 'came to the relay',
  user_id: 'same user_id',
  business_id: 'same business id',
  event_id: 'stable event_id',
  downstream: 'accepted downstream',
  timestamp: 'same timestamp',
  consent: 'consent',
  value: 'same value',
};
const width = Math.max(...Object.values(titles).map(({ length }) => length));

const endings: Record<Verification['status'], string> = {
  good: 'all good: widen the mapping',
  waiting: 'still waiting: run it again, or wait longer with --timeout',
  failed: 'not good yet: mend what has ✗, and run it again',
};

/** A verification for people: a line for each check, and what to change below those that fail. */
export function describeVerification({
  event,
  event_id,
  user_id,
  checks,
  status,
  recording,
}: Verification): string {
  return [
    `${event} ${event_id ?? '(not there yet)'} of ${user_id}`,
    ...checks.flatMap(describeCheck),
    ...(recording === undefined
      ? []
      : [
          `the calls of Heap are in ${recording}: tracklayer registry diff registry.yaml --dry-run ${recording}`,
        ]),
    endings[status],
  ].join('\n');
}

function describeCheck({ check, verdict, seen, advice }: Check): string[] {
  const line = `  ${signs[verdict]} ${titles[check].padEnd(width)}  ${seen}`;
  return advice === undefined ? [line] : [line, `    ${''.padEnd(width)}  → ${advice}`];
}
