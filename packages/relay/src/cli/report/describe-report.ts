import { totalsOf } from '../../report/make-report.ts';
import { sumOf, type Counts, type Report, type ReportRow } from '../../report/report.ts';

/** A report for people: each step of each event with what is lost there, and why. */
export function describeReport({ since, until, rows, clients_dropped }: Report): string {
  const totals = totalsOf(rows).filter(({ event }) => event !== '');
  const unnamed = rows.filter(({ event }) => event === '');
  const lines = totals.flatMap(describeEvent);
  if (unnamed.length > 0) {
    lines.push(
      `messages without an event of the vocabulary  ${unnamed.reduce((sum, { received }) => sum + received, 0)}`,
    );
  }
  const dropped = reasonsOf(clients_dropped);
  if (dropped) lines.push(`dropped by clients before they were sent, as reported by the clients: ${dropped}`);
  return [
    `${since} to ${until}`,
    ...(lines.length > 0 ? lines : ['nothing came']),
    ...(totals.length > 0 ? [ending] : []),
  ].join('\n');
}

const ending =
  'Ad platforms show the conversions that they accepted, matched and attributed; their own counts may be lower than accepted.';

function describeEvent(row: ReportRow): string[] {
  const { event, seen, drafts, not_promoted, uncounted, promoted, received, accepted, duplicates } = row;
  const steps: Step[] = [
    { name: 'seen in Heap', count: seen, isShown: seen > 0 },
    { name: '- drafts', count: drafts, isShown: drafts > 0, why: 'the entry is not approved' },
    {
      name: '- not promoted',
      count: not_promoted,
      isShown: not_promoted > 0,
      why: 'missing properties, consent, or a page that was left too early',
    },
    {
      name: '+ not counted',
      count: uncounted,
      isShown: seen > 0 && uncounted > 0,
      why: 'promoted, but their label was not counted',
    },
    { name: 'promoted', count: promoted, isShown: seen > 0 || promoted > 0 },
    {
      name: 'received',
      count: received,
      isShown: true,
      why: received > promoted ? 'also from servers' : undefined,
    },
    { name: '- duplicates', count: duplicates, isShown: duplicates > 0, why: 'the same event_id again' },
    {
      name: '- rejected',
      count: sumOf(row.rejected),
      isShown: sumOf(row.rejected) > 0,
      why: reasonsOf(row.rejected),
    },
    { name: 'accepted', count: accepted, isShown: true },
  ];
  const lines = steps.filter(({ isShown }) => isShown).map(lineOf);
  for (const [name, { planned, accepted: taken, skipped, failed, pending }] of Object.entries(
    row.destinations,
  )) {
    const below: Step[] = [
      { name: `planned for ${name}`, count: planned, isShown: true },
      { name: '- skipped', count: sumOf(skipped), isShown: sumOf(skipped) > 0, why: reasonsOf(skipped) },
      { name: '- failed', count: sumOf(failed), isShown: sumOf(failed) > 0, why: reasonsOf(failed) },
      { name: '- still pending', count: pending, isShown: pending > 0 },
      { name: `accepted by ${name}`, count: taken, isShown: true },
    ];
    lines.push(...below.filter(({ isShown }) => isShown).map(lineOf));
  }
  return [event, ...lines];
}

interface Step {
  name: string;
  count: number;
  isShown: boolean;
  why?: string | undefined;
}

const lineOf = ({ name, count, why }: Step): string =>
  `  ${name.padEnd(24)} ${count.toLocaleString('en').padStart(11)}${why ? `  ${why}` : ''}`;

/** The words of the guide, where it has them. */
const words: Readonly<Record<string, string>> = {
  missing_property: 'missing properties',
  missing_required: 'missing properties',
  consent_denied: 'consent',
  consent_unknown: 'consent was not asked for',
  no_match_keys: 'no identifier',
  event_too_old: 'too old',
};

const reasonsOf = (counts: Counts): string | undefined =>
  Object.entries(counts)
    .toSorted(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${words[reason] ?? reason.replaceAll('_', ' ')} ${count.toLocaleString('en')}`)
    .join(', ') || undefined;
