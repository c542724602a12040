import type { Stats } from '@tracklayer/core';
import type { Outcome } from './outcome.ts';
import type { Verified } from './verify.ts';

/** The outcome, for a person to read. */
export function printOutcome(outcome: Outcome, { isOwnHeap }: { isOwnHeap: boolean }): void {
  const { heapSaw, labels, arrived, clients, platforms, checks } = outcome;
  console.log(`
Heap saw ${isOwnHeap ? 'what its own account shows' : `${heapSaw} things`}; its pages called heap.track ${labels.seen} times.
TrackLayer promoted ${labels.promoted} of these calls, and ${arrived.length} milestones arrived:
`);
  printTable(
    ['event', 'event_id', 'person', 'value', 'copies'],
    arrived.map(({ event, copies, identity }) => {
      const { value, currency } = event.properties ?? {};
      const amount =
        typeof value === 'number' && typeof currency === 'string' ? `${value.toFixed(2)} ${currency}` : '';
      return [
        event.event,
        event.event_id,
        identity.user_id ?? event.anonymous_id ?? '',
        amount,
        String(copies),
      ];
    }),
  );
  console.log('\nEvery client can say what became of each event:\n');
  printTable(
    ['client', 'captured', 'delivered', 'duplicate', 'dropped', 'pending'],
    clients.map(({ name, stats }) => [name, ...counts(stats)]),
  );
  console.log('\nStand-ins of nine platforms say what they took of the two purchases:\n');
  printTable(
    ['platform', 'says', 'purchases', 'all records there'],
    platforms.map(({ name, said, took, records }) => [name, said, String(took), String(records)]),
  );
  console.log('\nPages that were left at once pass what is pending on to the next page.\n');
  for (const { what, holds } of checks) console.log(`  ${holds ? '✓' : '✗'} ${what}`);
}

/** What `tracklayer verify` says of one order, and how it names what is broken. */
export function printVerified({ good, broken }: Verified): void {
  console.log(`\ntracklayer verify --event purchase --user ${good.user_id} says of ${good.event_id}:\n`);
  for (const { verdict, check, seen } of good.checks)
    console.log(`  ${verdict === 'ok' ? '✓' : '✗'} ${check.padEnd(12)} ${seen}`);
  console.log('\nWith each hop broken on purpose:\n');
  for (const { what, expected, words } of broken)
    console.log(
      `  ${words.includes(expected) ? '✓' : '✗'} ${what}: ${words.join(', ') || 'nothing was found'}`,
    );
}

function counts({ captured, delivered, duplicate, dropped, pending }: Stats): string[] {
  const given = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  return [captured, delivered, duplicate, given, pending].map(String);
}

function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `  ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('   ')}`.trimEnd();
  console.log(line(head));
  console.log(line(widths.map((width) => '─'.repeat(width))));
  for (const row of rows) console.log(line(row));
}
