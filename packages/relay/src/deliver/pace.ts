import type { JsonObject } from '@tracklayer/core';
import type { Outcome } from '@tracklayer/destinations';
import type { Permit, QueueState } from '../store/queue.ts';

/** What all relays know of a destination's pace; it stands in the queue's state. Times are milliseconds since 1970. */
export interface Pace {
  /** The platform said "later": nothing before. */
  not_before?: number | undefined;
  /** Nobody but a human can go on: one row a minute tries whether somebody did. */
  held?: { class: 'auth_broken' | 'config'; detail: string; since: number } | undefined;
  /** Batches in a row of which nothing arrived. */
  failures: number;
  /** Batches in a row that were answered "later" without a time. */
  throttles: number;
  /** The next try while it is held or down. */
  probe_at?: number | undefined;
  /** Requests of the last minute, oldest first: when they were permitted, and how many. */
  sent?: readonly (readonly [at: number, requests: number])[] | undefined;
}

/** What a batch showed of its destination. */
export interface BatchSign {
  /** Something arrived. */
  arrived: boolean;
  /** Something did not, for the platform's own reasons. */
  failed: boolean;
  /** The platform answered "later", and until when if it said so. */
  throttled?: { until?: number | undefined } | undefined;
  held?: { class: 'auth_broken' | 'config'; detail: string } | undefined;
  /** When its last request left, which is later than it was permitted. */
  sent_at?: number | undefined;
}

/** What a platform takes, as far as it sets the pace. */
export interface PaceLimits {
  perRequest: number;
  requestsPerMinute?: number | undefined;
  /** Requests keep a distance, and to the limit by a margin for their way there. Default: they may come together. */
  isSpread?: boolean | undefined;
}

/** Adds to a batch's sign what one outcome shows. */
export function showOutcome(
  sign: BatchSign,
  { class: kind, detail = '', afterMs }: Outcome,
  now: number,
): void {
  if (kind === 'ok' || kind === 'duplicate') sign.arrived = true;
  else if (kind === 'retry') sign.failed = true;
  else if (kind === 'auth_broken' || kind === 'config') sign.held = { class: kind, detail };
  else if (kind === 'throttle') {
    const before = sign.throttled?.until;
    sign.throttled = {
      until: afterMs === undefined ? before : Math.max(before ?? 0, Math.ceil(now + afterMs)),
    };
  }
}

/** The destination asked for quiet, or waits for somebody. */
export const isQuiet = ({ held, throttled }: BatchSign): boolean =>
  held !== undefined || throttled !== undefined;

const minuteMs = 60_000;
const firstQuietMs = 1_000;
/** So many batches in a row, and the destination counts as down. */
const downAfter = 5;

export const paceOf = ({ pace }: QueueState): Pace => ({
  failures: 0,
  throttles: 0,
  ...(pace as Partial<Pace>),
});

/** How many rows may be taken now. A probe is one row, and puts the next probe off for all relays. */
export function permitBy(limits: PaceLimits, limit: number, now: number): (state: QueueState) => Permit {
  return (state) => {
    const pace = paceOf(state);
    if ((pace.not_before ?? 0) > now) return { rows: 0 };
    if (isProbing(pace)) {
      if ((pace.probe_at ?? 0) > now) return { rows: 0 };
      return { rows: 1, stateAfter: () => withPace(state, { ...pace, probe_at: now + minuteMs }) };
    }
    const { requestsPerMinute, perRequest } = limits;
    if (requestsPerMinute === undefined) return { rows: limit };
    if (nextRequestAt(pace, limits, now) > now) return { rows: 0 };
    const sent = sentSince(pace, now - countedMs(limits));
    const free = limits.isSpread ? 1 : requestsPerMinute - countOf(sent);
    return {
      rows: Math.min(limit, free * perRequest),
      stateAfter(taken) {
        const requests = Math.ceil(taken / perRequest);
        return withPace(state, { ...pace, sent: withRequests(sent, now, requests, requestsPerMinute) });
      },
    };
  };
}

/** When a destination may be tried again; `now` when nothing stands against it. */
export function mayTryAt(state: QueueState, limits: PaceLimits, now: number): number {
  const pace = paceOf(state);
  return Math.max(
    now,
    pace.not_before ?? 0,
    isProbing(pace) ? (pace.probe_at ?? 0) : 0,
    nextRequestAt(pace, limits, now),
  );
}

type Sent = NonNullable<Pace['sent']>;

const sentSince = ({ sent = [] }: Pace, after: number): Sent => sent.filter(([at]) => at > after);
const countOf = (sent: Sent): number => sent.reduce((sum, [, requests]) => sum + requests, 0);

/** For how long a request counts. One that is spread counts longer: another one may be shorter on its way. */
const countedMs = ({ isSpread = false }: PaceLimits): number => (isSpread ? minuteMs * 1.02 : minuteMs);

/** When the next request keeps to the limit: any minute, and not one that begins at a certain time, has no more. */
function nextRequestAt(pace: Pace, limits: PaceLimits, now: number): number {
  const { requestsPerMinute = Infinity, isSpread = false } = limits;
  const sent = sentSince(pace, now - countedMs(limits));
  const last = sent.at(-1);
  // Half the usual distance, so that what was late is made good.
  const apart = isSpread && last ? last[0] + minuteMs / requestsPerMinute / 2 : 0;
  return sent[0] && countOf(sent) >= requestsPerMinute ? sent[0][0] + countedMs(limits) : apart;
}

/** Notes that requests left later than they were permitted: they count from then on. */
function withSent(pace: Pace, permitted_at: number | undefined, sent_at: number | undefined): Pace {
  if (permitted_at === undefined || sent_at === undefined) return pace;
  const sent = (pace.sent ?? []).map(
    ([at, requests]) => [at === permitted_at ? Math.max(at, sent_at) : at, requests] as const,
  );
  return { ...pace, sent: sent.toSorted(([a], [b]) => a - b) };
}

/** Requests that are nearer to each other are noted as one. */
const nearMs = 50;

/** Notes requests. Where a minute has many, a second's share of them more or less says nothing, and the list stays short. */
function withRequests(sent: Sent, now: number, requests: number, requestsPerMinute: number): Sent {
  const last = sent.at(-1);
  return last && now - last[0] < Math.max(nearMs, requestsPerMinute)
    ? [...sent.slice(0, -1), [last[0], last[1] + requests]]
    : [...sent, [now, requests]];
}

/** The pace after a batch. */
export function paceAfter(
  state: QueueState,
  sign: BatchSign,
  { now, random, permitted_at }: { now: number; random: () => number; permitted_at?: number | undefined },
): QueueState {
  const before = withSent(paceOf(state), permitted_at, sign.sent_at);
  const isUntimed = sign.throttled !== undefined && sign.throttled.until === undefined;
  const throttles = (sign.arrived ? 0 : before.throttles) + (isUntimed ? 1 : 0);
  const pace = { ...before, throttles };
  const quietMs = Math.min(minuteMs, firstQuietMs * 2 ** throttles);
  const not_before = isUntimed ? Math.ceil(now + random() * quietMs) : sign.throttled?.until;
  if (sign.held) {
    const since = pace.held?.since ?? now;
    return withPace(state, { ...pace, not_before, held: { ...sign.held, since }, probe_at: now + minuteMs });
  }
  if (sign.arrived) return withPace(state, { failures: 0, throttles, not_before, sent: pace.sent });
  if (!sign.failed) return withPace(state, { ...pace, not_before });
  const failures = pace.failures + 1;
  const probe_at =
    failures < downAfter ? undefined : now + Math.min(minuteMs, 1_000 * 2 ** (failures - downAfter));
  return withPace(state, { ...pace, not_before, failures, probe_at });
}

/** How a destination is, in a word. */
export function healthOf(state: QueueState): 'ok' | 'paused' | 'down' | 'auth_broken' | 'config' {
  const pace = paceOf(state);
  if (state.paused) return 'paused';
  if (pace.held) return pace.held.class;
  return pace.failures >= downAfter ? 'down' : 'ok';
}

const isProbing = ({ held, failures }: Pace): boolean => held !== undefined || failures >= downAfter;

const withPace = (state: QueueState, pace: Pace): QueueState => ({
  ...state,
  pace: JSON.parse(JSON.stringify(pace)) as JsonObject,
});
