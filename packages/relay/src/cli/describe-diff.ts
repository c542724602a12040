import type { DryRun } from '../registry/dry-run.ts';
import type { RegistryDiff } from './registry-command.ts';

/** A diff for people, worst first. */
export function describeDiff({ severity, changes, dry_run }: RegistryDiff): string {
  const lines = changes.map(
    (change) => `${change.severity.padEnd(8)}  ${change.source} "${change.source_event}": ${change.change}`,
  );
  const told = lines.length > 0 ? [...lines, `overall ${severity}`] : ['no change'];
  return [...told, ...(dry_run ? describeRun(dry_run) : [])].join('\n');
}

function describeRun({ calls, labels }: DryRun): string[] {
  const total = (count: 'disappeared' | 'appeared' | 'renamed' | 'changed'): number =>
    labels.reduce((sum, label) => sum + label[count], 0);
  const told = [
    [total('disappeared'), 'would disappear'],
    [total('renamed'), 'would become another event or event_id'],
    [total('appeared'), 'would be new'],
    [total('changed'), 'would have other properties'],
  ] as const;
  const lines = told
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count} ${count === 1 ? 'promotion' : 'promotions'} ${what}`);
  return [`${calls} recorded calls:`, ...(lines.length > 0 ? lines : ['nothing would change'])];
}
