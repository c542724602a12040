/** A course over days as a small line; the words beside it say what a reader must know. */
export function Spark({ label, values }: { label: string; values: readonly number[] }) {
  const most = Math.max(1, ...values);
  const last = Math.max(1, values.length - 1);
  const points = values.map(
    (value, at) => `${((100 * at) / last).toFixed(1)},${(19 - (18 * value) / most).toFixed(1)}`,
  );
  return (
    <svg class="spark" viewBox="0 0 100 20" preserveAspectRatio="none" role="img" aria-label={label}>
      <polyline points={points.join(' ')} vector-effect="non-scaling-stroke" />
    </svg>
  );
}

/** The days from one to another, both included: `2026-11-23`. */
export function daysFrom(since: string, until: string): string[] {
  const days: string[] = [];
  for (let at = Date.parse(since); at <= Date.parse(until); at += 86_400_000)
    days.push(new Date(at).toISOString().slice(0, 10));
  return days;
}
