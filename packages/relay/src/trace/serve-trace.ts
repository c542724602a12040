import { defineEvents, type EventMap, type Events } from '@tracklayer/core';
import { keyProperties } from '@tracklayer/core/adapter';
import type { Call } from '../operation.ts';
import { refusal } from '../problem.ts';
import { readTexts } from '../read/read-texts.ts';
import { usableRegistry } from '../registry/usable-registry.ts';
import { dayMs, dayOf } from '../store/days.ts';
import type { RegistryVersion } from '../store/registry.ts';
import type { Store } from '../store/store.ts';
import { traceEvent } from './trace-event.ts';
import type { Trace } from './trace.ts';

interface TraceContext {
  store: Store;
  environment: string;
  /** Own events. Default: the built-in ones. */
  events: Events<EventMap> | undefined;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** How far back labels of Heap are counted. */
const labelDays = 7;

/**
 * `GET /api/events/{event_id}/trace` (docs/wire.md W-39).
 *
 * @throws 404 for an id that never came and does not end in the name of an event.
 */
export async function getTrace(context: TraceContext, event_id: string): Promise<Response> {
  const trace = await traceOf(context, event_id);
  if (!trace) throw refusal(404, 'not_found', 'no event of this environment has this event_id');
  return Response.json(trace);
}

/**
 * `POST /api/events/trace` `{ event_id }` (docs/wire.md W-57): an event's id may hold a user's.
 *
 * @throws 404 as {@link getTrace} does, 422 for a body without an id.
 */
export async function findTrace(call: Call): Promise<Response> {
  const { event_id } = await readTexts(call.request, ['event_id']);
  return getTrace(call, event_id);
}

/** The trace of an event, or of what would have become one; nothing for an id that says nothing. */
async function traceOf(
  { store, environment, events = defineEvents({}), now }: TraceContext,
  event_id: string,
): Promise<Trace | undefined> {
  const record = await store.event(environment, event_id);
  const event = record?.event.event ?? nameIn(event_id, Object.keys(events.rows));
  if (event === undefined) return undefined;
  const at = record ? Date.parse(record.received_at) : now();
  const since = dayOf(now() - (labelDays - 1) * dayMs);
  const { anonymous_id } = record?.event ?? {};
  const [labels, links, version] = await Promise.all([
    store.labels(environment, since),
    anonymous_id === undefined ? [] : store.links(environment, anonymous_id),
    versionAt(store, environment, at),
  ]);
  return traceEvent({
    event_id,
    event,
    record,
    key_properties: Object.hasOwn(events.rows, event) ? keyProperties(event, { events }) : [],
    registry: usableRegistry(version.entries, events),
    registry_version: { version: version.version, at: version.at },
    labels,
    since,
    links,
    deliveries: record?.deliveries ?? [],
    now: now(),
  });
}

/** An id is `<key>_<event>` (docs/wire.md W-6): the longest name that it ends in. */
function nameIn(event_id: string, names: readonly string[]): string | undefined {
  return names.filter((name) => event_id.endsWith(`_${name}`)).toSorted((a, b) => b.length - a.length)[0];
}

/** The version that was in force at a time; version 0 when there was none yet. */
async function versionAt(
  store: Store,
  environment: string,
  time: number,
): Promise<RegistryVersion & { at: string | null }> {
  const limit = 100;
  let before: number | undefined;
  for (;;) {
    const page = await store.registryVersions(environment, { before, limit });
    const found = page.find(({ at }) => Date.parse(at) <= time);
    if (found) {
      const { entries = [] } = (await store.registryVersion(environment, found.version)) ?? {};
      return { version: found.version, at: found.at, entries };
    }
    before = page.at(-1)?.version;
    if (page.length < limit || before === undefined) return { version: 0, entries: [], at: null };
  }
}
