import { Value } from './value.tsx';

/** Counts as bars under each other, the longest first to be compared with; the numbers stand beside them. */
export function Bars({
  label,
  counts,
}: {
  label: string;
  counts: readonly (readonly [name: string, count: number])[];
}) {
  const most = Math.max(1, ...counts.map(([, count]) => count));
  return (
    <ul class="bars" aria-label={label}>
      {counts.map(([name, count]) => (
        <li key={name}>
          <span>
            <Value of={name} />
          </span>
          <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
            <rect width={(100 * count) / most} height="1" />
          </svg>
          <span class="number">{count}</span>
        </li>
      ))}
    </ul>
  );
}
