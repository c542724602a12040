import type { Counts, Report, ReportRow } from '../../report/report.ts';

type Line = readonly [step: string, destination: string, reason: string, count: number];

/** A report as CSV (RFC 4180), one number per line: `day,event,step,destination,reason,count`. */
export function csvReport({ rows }: Report): string {
  const lines = rows.flatMap((row) =>
    linesOf(row).map((line) => [row.day, row.event, ...line].map(fieldOf).join(',')),
  );
  return ['day,event,step,destination,reason,count', ...lines].join('\n');
}

function linesOf(row: ReportRow): Line[] {
  const lines: Line[] = [
    ['seen', '', '', row.seen],
    ['drafts', '', '', row.drafts],
    ['not_promoted', '', '', row.not_promoted],
    ['uncounted', '', '', row.uncounted],
    ['promoted', '', '', row.promoted],
    ['received', '', '', row.received],
    ['accepted', '', '', row.accepted],
    ['duplicates', '', '', row.duplicates],
    ...reasons('rejected', '', row.rejected),
  ];
  for (const [name, counts] of Object.entries(row.destinations)) {
    lines.push(
      ['planned', name, '', counts.planned],
      ['delivered', name, '', counts.accepted],
      ...reasons('skipped', name, counts.skipped),
      ...reasons('failed', name, counts.failed),
      ['pending', name, '', counts.pending],
    );
  }
  return lines;
}

const reasons = (step: string, destination: string, counts: Counts): Line[] =>
  Object.entries(counts).map(([reason, count]) => [step, destination, reason, count]);

/** A spreadsheet runs a field that begins with one of these. Names come from config and callers. */
function fieldOf(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
