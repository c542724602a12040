/** Clocks that differ by less are left alone: that much is the network's (docs/wire.md W-13). */
const toleranceMs = 5_000;
/** Times that are further ahead are not the network's either: the contract refuses them. */
const dayMs = 86_400_000;

/** When something happened on the server's clock, and on the sender's where the two differ. */
export interface CorrectedTime {
  occurred_at: string;
  client_occurred_at?: string | undefined;
}

/**
 * Moves `occurred_at` from the sender's clock to ours (docs/wire.md W-13). Without an `occurred_at` it happened when
 * it was received. Nothing happens after it was received: a time ahead of that, which would win over every later one
 * (W-17), becomes the time of receipt.
 *
 * @param received - our clock when the request came in, in milliseconds since 1970.
 */
export function correctClock(
  occurred_at: string | undefined,
  sent_at: string | undefined,
  received: number,
): CorrectedTime {
  const occurred = Date.parse(occurred_at ?? '');
  if (occurred_at === undefined || Number.isNaN(occurred)) return { occurred_at: iso(received) };
  const sent = Date.parse(sent_at ?? '');
  const difference = received - sent;
  const isSameClock = Number.isNaN(sent) || Math.abs(difference) <= toleranceMs;
  // What happened after it was sent was not read from the sender's clock (a payment provider's time in a webhook):
  // the sender's error is not its error.
  const isSendersClock = !isSameClock && occurred <= sent + toleranceMs;
  const moved = isSendersClock ? occurred + difference : occurred;
  const corrected = moved > received && moved <= received + dayMs ? received : moved;
  // Year 275760 is the last that a date can hold.
  if (corrected === occurred || Number.isNaN(new Date(corrected).getTime())) {
    return { occurred_at: iso(occurred) };
  }
  return { occurred_at: iso(corrected), client_occurred_at: iso(occurred) };
}

const iso = (time: number): string => new Date(time).toISOString();
