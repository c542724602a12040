import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineEvents, inWords, TrackLayerError, type JsonObject } from '@tracklayer/core';
import { keyProperties, readEndpoint } from '@tracklayer/core/adapter';
import { nearestOf } from '@tracklayer/core/adapter';
import type { Trace } from '../trace/trace.ts';
import { checkTrace } from './checks.ts';
import { controlledProperties } from './controlled-event.ts';
import type { Expectation } from './expectation.ts';
import { findNew, findOthers, knownIds, type Wanted } from './find-event.ts';
import type { VerifyOptions } from './options.ts';
import { walkPage } from './page/walk-page.ts';
import { createRelayReader, type RelayReader } from './relay-reader.ts';
import { hopOf } from './seen.ts';
import { statusOf, type Check, type Verification } from './verification.ts';

const defaultTimeoutMs = 30_000;
const [firstPauseMs, longestPauseMs] = [100, 1_000];
const granted = { ad_user_data: 'granted', ad_personalization: 'granted', analytics: 'granted' } as const;

/**
 * Follows one event of one known user all the way (the guide's step 4): sends a controlled one twice, or waits for one of
 * the app's own, and holds what the relay knows of it against the guide's four checks, its time, consent and value.
 *
 * @returns when every check is settled, or the time is over; `status` says which.
 * @throws TrackLayerError `invalid_options` for an event that is not in the vocabulary or cannot be made; `unreachable` or
 *   `setup` when the relay cannot be asked.
 * @example
 * const { status, checks } = await verifyPath({ url, key, event: 'purchase', user_id: 'cust_2048' });
 */
export async function verifyPath(options: VerifyOptions): Promise<Verification> {
  const { event, user_id, now = Date.now, timeoutMs = defaultTimeoutMs, signal } = options;
  const wanted = wantedOf(options);
  const relay = createRelayReader({
    url: readEndpoint(options.url),
    key: options.key,
    fetch: options.fetch ?? ((request) => fetch(request)),
  });
  const deadline = now() + timeoutMs;
  const isWatching = options.watch === true || options.page !== undefined;
  const known = isWatching ? await knownIds(relay, wanted) : new Set<string>();
  const walk = options.page && (await walkPage(options.page, { timeoutMs, signal }));
  try {
    const sent = isWatching ? undefined : await sendControlled(relay, wanted, options);
    let event_id = sent?.event_id ?? idOf(options, wanted.properties, user_id);
    let pauseMs = firstPauseMs;
    for (;;) {
      event_id ??= isWatching ? await findNew(relay, wanted, known) : undefined;
      const trace = (await relay.trace(event_id ?? `unknown_${event}`)) ?? null;
      const checks = trace
        ? checkTrace(trace, await expectationOf(relay, wanted, { options, trace, sent }))
        : [];
      const verification: Verification = {
        status: checks.length > 0 ? statusOf(checks) : 'waiting',
        event,
        event_id: event_id ?? null,
        user_id,
        checks: [...checks, ...(walk?.checks ?? [])],
        trace: event_id === undefined ? null : trace,
        ...(walk && { recording: walk.recording }),
      };
      if (isSettled(checks) || walk?.isStuck || now() >= deadline || signal?.aborted) {
        return { ...verification, status: statusOf(verification.checks) };
      }
      await sleep(Math.min(pauseMs, Math.max(deadline - now(), 1)), undefined, { signal }).catch(
        () => undefined,
      );
      pauseMs = Math.min(pauseMs * 1.5, longestPauseMs);
    }
  } finally {
    await walk?.close();
  }
}

/** Before the event is there, a failed hop may be another event's; afterwards only what waits can change. */
const isSettled = (checks: readonly Check[]): boolean =>
  checks.some(({ word }) => word === 'rejected') ||
  (checks.length > 1 && checks.every(({ verdict }) => verdict !== 'waiting'));

function wantedOf({ event, user_id, properties = {}, events = defineEvents({}) }: VerifyOptions): Wanted {
  const names = Object.keys(events.rows);
  if (!names.includes(event)) {
    const meant = nearestOf(event, names);
    const advice = meant === undefined ? 'pass your own events as `events`' : `did you mean ${meant}?`;
    throw new TrackLayerError('invalid_options', `event is not in the vocabulary; ${advice}`);
  }
  return { event, user_id, properties, key_properties: keyProperties(event, { events }) };
}

/** The id that the business key makes; nothing where it lacks a part, or there is none. */
function idOf(
  { event, events = defineEvents({}) }: VerifyOptions,
  properties: JsonObject,
  user_id: string | undefined,
): string | undefined {
  const made = events.idOf(event, properties, user_id, undefined);
  return 'id' in made ? made.id : undefined;
}

interface Sent {
  event_id: string;
  properties: JsonObject;
  occurred_at: string | undefined;
  repeat: string | undefined;
}

/** Sends the controlled event and a repeat of it; an event that is there already is only followed. */
async function sendControlled(
  relay: RelayReader,
  { event, user_id, properties: given }: Wanted,
  options: VerifyOptions,
): Promise<Sent> {
  const { events = defineEvents({}), consent = granted, live, now = Date.now } = options;
  const asked = idOf(options, given, user_id);
  const known = asked === undefined ? undefined : await relay.trace(asked);
  if (asked !== undefined && known && hopOf(known, 'copies')?.verdict !== 'missing') {
    return { event_id: asked, properties: given, occurred_at: undefined, repeat: undefined };
  }
  const tag = `tl_verify_${randomBytes(5).toString('hex')}`;
  const properties = controlledProperties(event, given, events, tag);
  const made = events.idOf(event, properties, user_id, undefined);
  if ('problem' in made) throw new TrackLayerError('invalid_options', inWords(made.problem));
  const event_id = 'id' in made ? made.id : randomUUID();
  const occurred_at = new Date(now()).toISOString();
  const send = (): Promise<string> =>
    relay.capture({
      event,
      event_id,
      user_id,
      properties,
      consent,
      source: 'verify',
      occurred_at,
      sent_at: new Date(now()).toISOString(),
      context: { test: live ? 'live' : true },
    });
  await send();
  return { event_id, properties, occurred_at, repeat: await send() };
}

interface Known {
  options: VerifyOptions;
  trace: Trace;
  sent: Sent | undefined;
}

async function expectationOf(
  relay: RelayReader,
  wanted: Wanted,
  { options, trace, sent }: Known,
): Promise<Expectation> {
  const copies = hopOf(trace, 'copies');
  const isThere = copies?.verdict !== 'missing';
  const properties = (copies?.value['properties'] ?? {}) as JsonObject;
  const { event_id } = trace;
  return {
    ...wanted,
    properties: sent?.properties ?? wanted.properties,
    idOf: (seen, user_id) => idOf(options, seen, user_id),
    occurred_at: sent?.occurred_at,
    repeat: sent?.repeat,
    others: isThere ? await findOthers(relay, wanted, { event_id, properties }) : [],
    destination: options.destination,
    isUserUnknown: !isThere && (await relay.events({ user_id: wanted.user_id, limit: 1 })).length === 0,
  };
}
