import * as z from 'zod/mini';
import { problemOfJson } from './contract/json.ts';
import { builtIn, type Contract } from './contract/contract.ts';
import { faultsOf, faultsOfProperties } from './contract/schema.ts';
import { told } from './contract/shapes.ts';
import type { WireEvent, WireIdentify } from './event/event.ts';
import { maxPropertiesBytes } from './event/limits.ts';
import { problemAt, type Problem } from './event/problem.ts';
import { isHash } from './event/sha256.ts';
import { problemOfPersonId } from './identity/person-id.ts';

export { eventJsonSchema, jsonSchemas, type JsonSchemas } from './json-schemas.ts';
export type { JsonSchema } from './event/json-schema.ts';

// Checked from the outside in: bytes by whoever reads the request, then depth and keys, then shapes, so that no
// hostile body reaches a recursive schema.

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;
const time = z
  .string('is no time')
  .check(
    z.refine(
      (text) => isoTime.test(text) && !Number.isNaN(Date.parse(text)),
      'is no ISO-8601 time, such as 2026-11-23T10:15:30.123Z',
    ),
  );
const person = z.unknown().check((payload) => {
  const problem = problemOfPersonId(payload.value);
  if (problem) payload.issues.push({ code: 'custom', input: payload.value, message: problem.message });
});
const eventId = z
  .string(told('is no text'))
  .check(z.regex(/^[\w.:-]{1,128}$/, 'is not 1 to 128 characters of A-Z a-z 0-9 _ . : -'));
const choice = z.optional(z.enum(['granted', 'denied'], 'is neither granted nor denied'));
const common = {
  user_id: z.optional(person),
  anonymous_id: z.optional(person),
  account_id: z.optional(person),
  source: z.optional(z.string('is no text').check(z.maxLength(255, 'is over 255 characters'))),
  occurred_at: z.optional(time),
  sent_at: z.optional(time),
  context: z.optional(z.looseObject({}, 'is no object')),
  consent: z.optional(
    z.looseObject(
      {
        ad_user_data: choice,
        ad_personalization: choice,
        analytics: choice,
        gpc: z.optional(z.boolean('is no boolean')),
      },
      'is no object',
    ),
  ),
};
const hashes = z.check<Readonly<Record<string, unknown>>>((payload) => {
  for (const [name, value] of Object.entries(payload.value)) {
    if (!name.endsWith('_sha256') || value === null || isHash(value)) continue;
    payload.issues.push({
      code: 'custom',
      input: value,
      path: [/^\w{1,64}$/.test(name) ? name : '*'],
      message: 'is no SHA-256 of something: 64 lower-case hex digits (docs/wire.md W-18)',
    });
  }
});

const eventShape = z.looseObject(
  {
    ...common,
    event: z.string(told('is no text')),
    event_id: eventId,
    properties: z.optional(z.looseObject({}, 'is no object').check(hashes)),
  },
  'is no object',
);

const identifyShape = z.looseObject(
  {
    ...common,
    event_id: z.optional(eventId),
    traits: z.optional(z.looseObject({}, 'is no object').check(hashes)),
  },
  'is no object',
);

/**
 * Reads one event of `POST /api/capture` in full: names, ids, times, the event's required properties and every
 * property's type (docs/wire.md W-10).
 *
 * @param body - the event as `JSON.parse` gave it.
 * @param options - `events`: yours, by `defineEvents`. Default: the built-in ones. `bytes`: that the event's JSON has
 *   at most, where that is known: a small event is not measured again.
 * @returns the very same object as `event`, or every wrong field; messages never hold a value.
 */
export function parseEvent(
  body: unknown,
  { events = builtIn, bytes }: { events?: Contract | undefined; bytes?: number | undefined } = {},
): { event: WireEvent } | { errors: Problem[] } {
  const errors = [...limits(body, 'properties', bytes), ...limits(body, 'context', bytes)];
  if (errors.length === 0) errors.push(...faultsOf(eventShape, body), ...nobody(body));
  const { event, properties = {} } = (body ?? {}) as { event?: unknown; properties?: object };
  if (typeof event !== 'string') return { errors };
  const row = Object.hasOwn(events.rows, event) ? events.rows[event] : undefined;
  if (!row) errors.push(problemAt('event', 'is not in the vocabulary', 'unknown_event'));
  else if (!errors.some(({ path }) => path.startsWith('properties'))) {
    errors.push(...faultsOfProperties(row, properties as Readonly<Record<string, unknown>>));
  }
  return errors.length > 0 ? { errors } : { event: body as WireEvent };
}

/** The same for one identify of `POST /api/identify` (docs/wire.md W-16). */
export function parseIdentify(
  body: unknown,
  { bytes }: { bytes?: number | undefined } = {},
): { identify: WireIdentify } | { errors: Problem[] } {
  const errors = [...limits(body, 'traits', bytes), ...limits(body, 'context', bytes)];
  if (errors.length === 0) errors.push(...faultsOf(identifyShape, body), ...nobody(body));
  return errors.length > 0 ? { errors } : { identify: body as WireIdentify };
}

function nobody(body: unknown): Problem[] {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return [];
  const { user_id, anonymous_id } = body as { user_id?: unknown; anonymous_id?: unknown };
  if (user_id !== undefined || anonymous_id !== undefined) return [];
  return [problemAt('user_id', 'is missing, and so is anonymous_id: one of the two is needed', 'missing')];
}

function limits(body: unknown, path: 'properties' | 'traits' | 'context', bytes = Infinity): Problem[] {
  const value = (body as Partial<Record<string, unknown>> | null | undefined)?.[path];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const problem = problemOfJson(value, path);
  if (problem) return [problem];
  if (bytes <= maxPropertiesBytes) return [];
  const json = JSON.stringify(value);
  const isTooLarge =
    json.length > maxPropertiesBytes ||
    (json.length * 3 > maxPropertiesBytes && new TextEncoder().encode(json).byteLength > maxPropertiesBytes);
  return isTooLarge ? [problemAt(path, 'is over 32 KiB', 'too_large')] : [];
}
