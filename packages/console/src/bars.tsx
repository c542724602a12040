import type { ComponentChildren } from 'preact';
import { countOf } from './text.ts';
import { Value } from './value.tsx';

export interface Bar {
  name: string;
  count: number;
  /** Beside the number, such as its course over days. */
  aside?: ComponentChildren;
}

/** Counts as bars under each other, to be compared with the longest; the numbers stand beside them. */
export function Bars({ label, bars }: { label: string; bars: readonly Bar[] }) {
  const most = Math.max(1, ...bars.map(({ count }) => count));
  return (
    <ul class="bars" aria-label={label}>
      {bars.map(({ name, count, aside }) => (
        <li key={name}>
          <span>
            <Value of={name} />
          </span>
          <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
            <rect width={(100 * count) / most} height="1" />
          </svg>
          <span class="number">{countOf(count)}</span>
          {aside}
        </li>
      ))}
    </ul>
  );
}
