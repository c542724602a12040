const maxDistance = 2;

/** The known name that a mistyped one was probably meant to be: at most two letters apart, and not in a short name. */
export function nearestOf(name: string, known: readonly string[]): string | undefined {
  const near = known
    .map((other) => ({ other, distance: distanceOf(name, other) }))
    .filter(({ distance, other }) => distance <= Math.min(maxDistance, Math.floor(other.length / 3)));
  near.sort((a, b) => a.distance - b.distance);
  return near[0]?.other;
}

/** Letters to add, drop, change or swap with their neighbour, between two words (Damerau-Levenshtein). */
function distanceOf(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > maxDistance) return Infinity;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      const cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (isSame ? 0 : 1));
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(isSwap ? Math.min(cost, before[j - 2]! + 1) : cost);
    }
    [before, last] = [last, row];
  }
  return last[b.length]!;
}
