import { setImmediate } from 'node:timers/promises';
import {
  defineEvents,
  isTrackLayerError,
  parseRegistry,
  TrackLayerError,
  type EventMap,
  type Events,
} from '@tracklayer/core';
import { ofWebRequest, parseObject, readBody, readSightings } from '@tracklayer/node/http-kit';
import { refusal, storeUnavailable } from '../problem.ts';
import type { DailyShape } from '../store/drift.ts';
import type { Store } from '../store/store.ts';
import type { Drift } from './drift.ts';
import { findDrift } from './find-drift.ts';
import { nearestOf } from '@tracklayer/core/adapter';
import { readSince } from '../read/read-since.ts';

const sightingLimits = { maxSightings: 500, maxCount: 1_000_000_000 };

interface DriftContext {
  store: Store;
  environment: string;
  /** Those that the registry's entries may name. */
  events: Events<EventMap> | undefined;
  /** Milliseconds since 1970. */
  now: () => number;
}

interface DriftQuery {
  event?: string | undefined;
  /** `7d`, or a UTC day such as `2026-11-16`. */
  since: string;
}

/**
 * The drift of one environment.
 *
 * @throws TrackLayerError `invalid_options` when `since` cannot be read, or `event` is not in the vocabulary and never came;
 *   `invalid_registry` when the registry in force names an event that is not among `events`.
 */
export async function driftOf(
  { store, environment, events, now }: DriftContext,
  { event, since }: DriftQuery,
): Promise<Drift> {
  const day = readSince(since, now());
  if (day === undefined) throw invalid('since must be 1d to 90d, or a day such as 2026-11-16');
  if (event !== undefined) await refuseUnknown(event, { store, environment, events });
  const [labels, { version, entries }] = await Promise.all([
    store.labels(environment, day),
    store.registry(environment),
  ]);
  const registry = parseRegistry(entries, { events });
  const shapes = eventByEvent(store, environment, event);
  return findDrift({ shapes, labels, registry, registry_version: version, since: day, event });
}

/** A mistyped name would be answered that nothing changed. */
async function refuseUnknown(
  event: string,
  { store, environment, events = defineEvents({}) }: Omit<DriftContext, 'now'>,
): Promise<void> {
  const names = Object.keys(events.rows);
  if (names.includes(event) || (await store.shapedEvents(environment)).includes(event)) return;
  const meant = nearestOf(event, names);
  throw invalid(
    `event is not in the vocabulary, and none of this name came${meant === undefined ? '' : `; did you mean ${meant}?`}`,
  );
}

const invalid = (detail: string): TrackLayerError => new TrackLayerError('invalid_options', detail);

/** Between two events others have their turn: a report of hundreds must not hold back those who capture (P-4). */
async function* eventByEvent(
  store: Store,
  environment: string,
  event: string | undefined,
): AsyncGenerator<readonly DailyShape[]> {
  for (const name of event === undefined ? await store.shapedEvents(environment) : [event]) {
    yield await store.shapes(environment, name);
    await setImmediate();
  }
}

/** `GET /api/drift?event=&since=` (docs/wire.md W-38). */
export async function getDrift(context: DriftContext, query: URLSearchParams): Promise<Response> {
  const event = query.get('event') || undefined;
  const drift = await driftOf(context, { event, since: query.get('since') || '7d' }).catch(unreadable);
  return Response.json(drift);
}

function unreadable(cause: unknown): never {
  if (!isTrackLayerError(cause)) throw cause;
  if (cause.code === 'invalid_options') throw refusal(400, 'invalid_query', cause.detail);
  // It was put when this relay was given other events: nothing that its caller could mend.
  const detail = 'the registry in force cannot be read; start the relay with the events that it names';
  throw refusal(500, 'invalid_registry', detail, { cause });
}

/** `POST /api/drift`: a client's sightings of labels (docs/wire.md W-38). */
export async function postDrift(
  request: Request,
  { store, environment, now }: Omit<DriftContext, 'events'>,
): Promise<Response> {
  const received_at = now();
  const { sightings: list } = parseObject(
    await readBody(ofWebRequest(request)),
    '{ "sightings": [sighting, …] }',
  );
  const sightings = readSightings(list, sightingLimits);
  const idempotency_key = request.headers.get('idempotency-key')?.slice(0, 255);
  const report = { environment, received_at, sightings, idempotency_key };
  await store.addSightings(report).catch((cause: unknown) => {
    throw storeUnavailable(cause);
  });
  return Response.json({ received: sightings.length });
}
