import type { DryRun, LabelRun } from '../../registry/dry-run.ts';
import type { RegistryDiff } from './registry-diff.ts';

/** A diff for people, worst first. */
export function describeDiff({ severity, changes, dry_run }: RegistryDiff): string {
  const lines = changes.map(
    (change) => `${change.severity.padEnd(8)}  ${change.source} "${change.source_event}": ${change.change}`,
  );
  const told = lines.length > 0 ? [...lines, `overall ${severity}`] : ['no change'];
  return [...told, ...(dry_run ? describeRun(dry_run) : [])].join('\n');
}

function describeRun({ calls, labels }: DryRun): string[] {
  const lines = labels.flatMap(describeLabel);
  return [`${calls} recorded calls:`, ...(lines.length > 0 ? lines : ['  nothing would change'])];
}

function describeLabel({ source, source_event, ...counts }: LabelRun): string[] {
  const told = [
    [counts.disappeared, 'would disappear'],
    [counts.renamed, 'would become another event or event_id'],
    [counts.appeared, 'would be new'],
    [counts.changed, 'would have other properties'],
  ] as const;
  return told
    .filter(([count]) => count > 0)
    .map(
      ([count, what]) =>
        `  ${source} "${source_event}": ${count} ${count === 1 ? 'promotion' : 'promotions'} ${what}`,
    );
}
