import type { HeapImport, ImportedLabel } from './heap-import.ts';

/** An import, or what it would be, for people. */
export function describeHeapImport({ labels, unread_tables, delivery }: HeapImport): string {
  const lines = labels.flatMap((label) => [
    `${label.source_event} → ${label.canonical_event}`,
    ...describeLabel(label, delivery ? 'promoted' : 'would be sent').map((line) => `  ${line}`),
  ]);
  if (unread_tables.length > 0) {
    lines.push(`not read, since no entry names them: ${unread_tables.join(', ')}; see --table`);
  }
  if (!delivery) return lines.join('\n');
  const { delivered, duplicate, dropped, pending } = delivery;
  const told = [
    `${delivered} delivered`,
    `${duplicate} already known`,
    ...Object.entries(dropped).map(([reason, count]) => `${count} dropped as ${reason}`),
    ...(pending > 0 ? [`${pending} not delivered yet`] : []),
  ];
  return [...lines, told.join(', ')].join('\n');
}

function describeLabel(
  { counts, missing_properties, sample_event_ids }: ImportedLabel,
  promoted: string,
): string[] {
  const lacking = Object.entries(missing_properties).map(([name, count]) => `${name} ${count} times`);
  const told = [
    [counts.promoted, `${promoted}: ${sample_event_ids.join(', ')}, …`],
    [counts.missing, `lack a property: ${lacking.join(', ')}`],
    [counts.draft, 'not approved, or deprecated and expired'],
    [counts.unmet, 'do not meet a condition of the entry'],
    [counts.too_old, 'older than --max-age'],
    [counts.out_of_range, 'before --since or after --until'],
    [counts.invalid, 'without a person or a time'],
  ] as const;
  const lines = told.filter(([count]) => count !== undefined).map(([count, what]) => `${count} ${what}`);
  return lines.length > 0 ? lines : ['no rows'];
}
