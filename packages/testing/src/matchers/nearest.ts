import { differences, tellDifference, type Difference } from './differences.ts';
import type { Candidate } from './verdict.ts';

/** The candidate that differs least, as lines for a person; a difference in `first` weighs most. */
export function tellNearest(candidates: readonly Candidate[], expected: object, first: string): string {
  const ranked = candidates
    .map((candidate) => ({ candidate, found: differences(expected, candidate.value) }))
    .toSorted((a, b) => weight(a.found, first) - weight(b.found, first));
  const [nearest] = ranked;
  if (!nearest) return '';
  const { candidate, found } = nearest;
  const of = candidates.length > 1 ? ` of ${candidates.length}` : '';
  const lines = found.map(tellDifference);
  if (candidate.refusal) lines.push(`  it was rejected: ${candidate.refusal}`);
  return [`the nearest${of}, ${candidate.name}:`, ...lines].join('\n');
}

const weight = (found: readonly Difference[], first: string): number =>
  found.length + (found.some(({ path }) => path === first) ? 1_000 : 0);
