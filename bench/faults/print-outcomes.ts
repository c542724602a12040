import { isKept, type Outcome } from './outcome.ts';

const columns = ['captured', 'delivered', 'told', 'lost', 'doubled', 'resent'] as const;

/** The outcomes as a table in Markdown, then what was promised and not kept. */
export function printOutcomes(title: string, outcomes: readonly Outcome[]): void {
  const rows = outcomes.map((outcome) => [
    outcome.scenario,
    ...columns.map((column) => String(outcome[column])),
    outcome.recovery === undefined ? '' : outcome.recovery.toFixed(1),
  ]);
  const head = [title, ...columns, 'recovery s'];
  const widths = head.map((text, at) => Math.max(text.length, ...rows.map((row) => row[at]!.length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join(' | ')} |`;
  const rule = `| ${widths.map((width, at) => (at === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  console.log([line(head), rule, ...rows.map(line)].join('\n'));
  for (const { scenario, notes } of outcomes) for (const note of notes) console.log(`- ${scenario}: ${note}`);
  for (const { scenario, lost, doubled, broken } of outcomes.filter((outcome) => !isKept(outcome))) {
    console.log(`NOT KEPT  ${[scenario, `lost ${lost}`, `doubled ${doubled}`, ...broken].join('; ')}`);
  }
}
