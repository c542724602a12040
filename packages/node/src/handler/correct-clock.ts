/** Clocks that differ by less are left alone: that much is the network's (docs/wire.md W-13). */
const toleranceMs = 5_000;

/**
 * Moves a page's `occurred_at` to our clock (docs/wire.md W-13). Done here, because the relay only sees our `sent_at`.
 *
 * @param received - our clock when the request came in, in milliseconds since 1970.
 */
export function correctClock(occurred_at: string, sent_at: string | undefined, received: number): string {
  const occurred = Date.parse(occurred_at);
  const sent = Date.parse(sent_at ?? '');
  const difference = received - sent;
  // What happened after it was sent was not read from the sender's clock.
  if (!(Math.abs(difference) > toleranceMs) || !(occurred <= sent + toleranceMs)) return occurred_at;
  const corrected = new Date(occurred + difference);
  return Number.isNaN(corrected.getTime()) ? occurred_at : corrected.toISOString();
}
