import type { JsonObject } from '@tracklayer/core';
import { describeRefusal, mapEvent, nameThere, refusals, type AcceptedEvent } from '@tracklayer/destinations';
import { ofWebRequest, parseObject, readBody } from '@tracklayer/node/http-kit';
import { recordChange } from '../changes/record-change.ts';
import type { Call } from '../operation.ts';
import { refusal, storeUnavailable } from '../problem.ts';
import { readNumber } from '../read/read-number.ts';
import type { DeliveryStatus } from '../store/deliveries.ts';
import type { Configured } from './configured.ts';
import { knownOf } from './known-of.ts';

const statuses: readonly string[] = ['pending', 'accepted', 'failed', 'skipped'];
const replayable: readonly string[] = ['failed', 'skipped', 'never'];

/** `GET /api/deliveries?status=&destination=&reason=&after=&limit=`. */
export async function getDeliveries({ store, environment, query }: Call): Promise<Response> {
  const status = query.get('status') || undefined;
  if (status !== undefined && !statuses.includes(status))
    throw refusal(400, 'invalid_query', `status is one of ${statuses.join(', ')}`);
  const page = await store.deliveries(environment, {
    status: status as DeliveryStatus | undefined,
    destination: query.get('destination') || undefined,
    reason: query.get('reason') || undefined,
    after: query.get('after') || undefined,
    limit: readNumber(query, 'limit', 500) ?? 50,
  });
  return Response.json(page);
}

/** `GET /api/deliveries/preview?event_id=&destination=`: maps as the engine does, and sends nothing. */
export async function getPreview({ store, environment, query, destinations, now }: Call): Promise<Response> {
  const { destination, settings } = named(destinations, environment, query.get('destination'));
  const [summary] = await store.eventsById(environment, [query.get('event_id') ?? '']);
  if (summary?.status !== 'accepted' || summary.erased_at !== undefined)
    throw refusal(404, 'not_found', 'no accepted event of this environment has this event_id');
  const event = summary.event as AcceptedEvent;
  const [person] = await store.people(environment, [event]);
  const mapped = mapEvent(destination, event, knownOf(person), settings, { now: now() });
  if ('payload' in mapped)
    return Response.json({ status: 'would_send', payload: mapped.payload as JsonObject });
  const { refused } = mapped;
  return Response.json({ status: refusals[refused.reason].status, reason: describeRefusal(refused) });
}

/** `POST /api/deliveries/replay` `{ destination, since, status?, reason?, dry? }`. */
export async function postReplay(call: Call): Promise<Response> {
  const { request, store, environment, destinations, now } = call;
  const body = parseObject(await readBody(ofWebRequest(request)), '{ "destination": "meta", "since": "…" }');
  const { since, status = 'failed', reason, dry } = body;
  const from = typeof since === 'string' ? Date.parse(since) : NaN;
  if (Number.isNaN(from)) throw invalidReplay('since must be a time, such as 2026-11-23T10:00:00Z');
  if (typeof status !== 'string' || !replayable.includes(status))
    throw invalidReplay(`status must be one of ${replayable.join(', ')}`);
  if (reason !== undefined && typeof reason !== 'string') throw invalidReplay('reason must be text');
  const { name, destination, settings } = named(destinations, environment, body['destination']);
  // What is too old for the platform is not sent again, only to fail.
  const { maxAgeMs = Infinity } = destination.limits;
  const oldest = typeof maxAgeMs === 'number' ? now() - maxAgeMs : from;
  const names = [...knownNames(destination.events, settings.events)];
  const replay = {
    environment,
    destination: name,
    status: status as 'failed' | 'skipped' | 'never',
    reason,
    since: Math.max(from, oldest),
    now: now(),
    dry: dry === true,
    ...(status === 'never' &&
      names.length > 0 && { events: names.filter((event) => nameThere(destination, settings, event)) }),
  };
  const count = await store.replayDeliveries(replay).catch((cause: unknown) => {
    throw storeUnavailable(cause);
  });
  if (!replay.dry) {
    call.nudge(environment, now());
    await recordChange(call, {
      action: 'deliveries.replayed',
      subject: name,
      detail: { status, count, since: new Date(replay.since).toISOString(), ...(reason && { reason }) },
    });
  }
  return Response.json({ destination: name, status, count, dry: replay.dry });
}

const invalidReplay = (detail: string) => refusal(422, 'invalid_replay', detail);

function knownNames(
  usual: Configured['destination']['events'],
  given: Configured['settings']['events'],
): Iterable<string> {
  if (Array.isArray(given)) return given as string[];
  if (given !== undefined) return Object.keys(given);
  return usual === 'all' ? [] : Object.keys(usual);
}

/** @throws 404 for a destination that this environment does not have. */
export function named(all: readonly Configured[], environment: string, name: unknown): Configured {
  const found = all.find((one) => one.name === name && one.environments.includes(environment));
  if (found) return found;
  const names = all.filter((one) => one.environments.includes(environment)).map((one) => one.name);
  throw refusal(404, 'not_found', `no such destination; there are ${names.join(', ') || 'none'}`);
}
