import type { Json, JsonObject } from '@tracklayer/core';
import type { Outcome } from '@tracklayer/destinations';
import type { LeasedDelivery, SettledDelivery } from '../store/deliveries.ts';

/** What a row remembers between two tries. */
export interface Note {
  tries?: number | undefined;
  /** When it was tried first, in milliseconds since 1970. */
  since?: number | undefined;
  /** It was on its way when this was written: where a repeat would count twice, its outcome is unknown. */
  sending?: boolean | undefined;
  /** The request to ask about, and the row's place in it. */
  ref?: string | undefined;
  place?: number | undefined;
  /** What was sent under that ref, redacted. */
  sent?: string | undefined;
  /** The last request and its answer, redacted. */
  last?: JsonObject | undefined;
}

export const noteOf = ({ note }: Pick<LeasedDelivery, 'note'>): Note => note ?? {};

const firstMs = 1_000;
const longestMs = 300_000;
const heldMs = 60_000;

/**
 * How long a row waits after an outcome that settles nothing, and whether that was a try. Backoff has full jitter; what
 * a platform asks for is kept.
 */
export function waitAfter(
  { class: kind, afterMs }: Outcome,
  tries: number,
  random: () => number,
): { afterMs: number; spent: 0 | 1 } {
  // Without a time of its own it is due at once: the destination's pace waits, so that no row waits twice.
  if (kind === 'throttle') return { afterMs: afterMs ?? 0, spent: 0 };
  if (kind === 'retry') {
    const jitter = random() * Math.min(longestMs, firstMs * 2 ** tries);
    return { afterMs: Math.max(afterMs ?? 0, jitter), spent: 1 };
  }
  // Not the row's fault: it waits until somebody mends the settings.
  return { afterMs: heldMs, spent: 0 };
}

/** What becomes of a row by one of the eight outcomes. */
export function settledBy(
  row: LeasedDelivery,
  outcome: Outcome,
  { now, random, last }: { now: number; random: () => number; last?: JsonObject | undefined },
): SettledDelivery {
  const id = { environment: row.environment, event_id: row.event_id, destination: row.destination };
  const { tries = 0, since = now } = noteOf(row);
  const { detail = 'without a reason', ref } = outcome;
  switch (outcome.class) {
    case 'ok':
    case 'duplicate':
      return {
        ...id,
        status: 'accepted',
        ...(ref !== undefined && { destination_ref: ref }),
        ...(outcome.class === 'duplicate' && { reason: `duplicate: ${detail}` }),
        note: clean({ last }),
      };
    case 'reject':
      return { ...id, status: 'failed', reason: `reject: ${detail}`, note: clean({ last }) };
    default: {
      const { afterMs, spent } = waitAfter(outcome, tries, random);
      return {
        ...id,
        status: 'pending',
        due_at: Math.ceil(now + afterMs),
        reason: `${outcome.class}: ${detail}`,
        note: clean({ tries: tries + spent, since, last }),
      };
    }
  }
}

/** A row that is asked about later. */
export const askedLater = (
  row: LeasedDelivery,
  due_at: number,
  asked: { ref: string; place: number; sent: string | undefined },
  now: number,
): SettledDelivery => ({
  environment: row.environment,
  event_id: row.event_id,
  destination: row.destination,
  status: 'pending',
  due_at,
  reason: 'confirming: the platform received it, and the relay asks for the outcome',
  destination_ref: asked.ref,
  note: clean({ ...asked, since: noteOf(row).since ?? now }),
});

/** A note without what is undefined. */
export const clean = (note: Note): JsonObject =>
  Object.fromEntries(
    Object.entries<Json | undefined>({ ...note }).filter(([, value]) => value !== undefined),
  );
