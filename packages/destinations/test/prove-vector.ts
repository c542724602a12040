import type { JsonObject } from '@tracklayer/core';
import { mapEvent, type AnyDestination, type Mapped } from '../src/index.ts';
import { faultsOf } from './faults.ts';
import { at, eventOf, personOf, type VectorInput } from './read-vector.ts';

export interface EventVector {
  id: string;
  api?: string;
  batch?: boolean;
  input: VectorInput;
  config?: Record<string, unknown> & { now?: string };
  expect: Expected;
}

interface Expected {
  event?: JsonObject;
  body?: JsonObject;
  url?: string;
  headers?: Record<string, string>;
  reject?: string;
  fields?: string[];
  absent?: string[];
  absent_or_empty?: string[];
  any_of?: Expected[];
}

export function mapVector(
  destination: AnyDestination,
  settings: object,
  { input, config }: Pick<EventVector, 'input' | 'config'>,
  clear: readonly string[] = [],
): Mapped<JsonObject> {
  const now = Date.parse(config?.now ?? input.occurred_at ?? '1970-01-01');
  return mapEvent(destination, eventOf(input), personOf(input.user, clear), settings, { now });
}

export function requestOf(destination: AnyDestination, settings: object, payloads: readonly object[]) {
  const request = destination.request(payloads, settings, { now: 0, token: 't' });
  return { ...request, json: JSON.parse(request?.body ?? '{}') as JsonObject };
}

/** What differs from a vector; nothing when it is met. `pick`: where its `event` stands in the body. */
export function faultsOfVector(
  destination: AnyDestination,
  settings: object,
  vector: EventVector,
  pick: (body: JsonObject) => unknown = (body) => body,
): string[] {
  const mapped = mapVector(destination, settings, vector);
  const check = (wanted: Expected): string[] => {
    if ('refused' in mapped) {
      const { reason, fields = [] } = mapped.refused;
      const unnamed = wanted.fields?.filter((field) => !fields.some((name) => name.endsWith(field))) ?? [];
      return [...(reason === wanted.reject ? [] : [`refused: ${reason}`]), ...unnamed];
    }
    if (wanted.reject !== undefined) return [`not refused as ${wanted.reject}`];
    const { url = '', headers = {}, json } = requestOf(destination, settings, [mapped.payload]);
    const body = pick(json);
    return [
      ...(wanted.url === undefined ? [] : faultsOf(decodeURIComponent(url), wanted.url, 'url')),
      ...Object.entries(wanted.headers ?? {})
        .filter(([name, shape]) => !new RegExp(shape).test(headers[name] ?? ''))
        .map(([name]) => name),
      ...faultsOf(alike(body), alike(wanted.event ?? wanted.body ?? {})),
      ...(wanted.absent ?? []).filter((path) => at(body, path) !== undefined),
      ...(wanted.absent_or_empty ?? []).filter((path) => ((at(body, path) ?? []) as unknown[]).length > 0),
    ];
  };
  if (!vector.expect.any_of) return check(vector.expect);
  const all = vector.expect.any_of.map(check);
  return all.some((faults) => faults.length === 0) ? [] : all.flat();
}

/** A hash may stand alone or in a list of one, and our event_id in place of `transactionId`: the vectors say so. */
function alike(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((entry) => (typeof entry === 'string' ? entry : alike(entry)));
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([name]) => name !== 'transactionId');
  return Object.fromEntries(
    fields.map(([name, field]) => [
      name,
      typeof field === 'string' && /^[0-9a-f]{64}$/.test(field) ? [field] : alike(field),
    ]),
  );
}
