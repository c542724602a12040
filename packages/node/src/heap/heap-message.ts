import { inWords } from '@tracklayer/core';
import { problemOfPersonId, readInstant } from '@tracklayer/core/adapter';

/** Whom it is about, in Heap: by your own id of a person, or by Heap's id of a visitor. One of the two. */
export type HeapPerson =
  | { identity: string; user_id?: undefined }
  /** Decimal text below 2^53. */
  | { user_id: string; identity?: undefined };

/** Text under 1,024 characters, a number, or yes and no. `null` and `undefined` are left out. */
export type HeapProperties = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** One event for Heap. */
export type HeapEvent = HeapPerson & {
  /** At most 1,024 characters. */
  event: string;
  /** Heap counts an event once under this id. Default: a random one, the same for every retry. */
  event_id?: string | undefined;
  session_id?: string | undefined;
  properties?: HeapProperties | undefined;
  /** A `Date`, milliseconds since 1970, or ISO-8601. Default: when Heap gets it. */
  occurred_at?: string | number | Date | undefined;
};

/** A visitor's Heap id and your id of the person. */
export interface HeapIdentify {
  identity: string;
  user_id: string;
  occurred_at?: HeapEvent['occurred_at'];
}

export interface HeapUser {
  identity: string;
  properties: HeapProperties;
}

export interface HeapAccount {
  account_id: string;
  properties: HeapProperties;
}

/** A message as Heap takes it; or what is wrong, without any value. */
export type HeapBody = { body: Record<string, unknown> } | { problem: string };

const maxEventLength = 1_024;
const maxIdentityLength = 255;
const maxValueLength = 1_023;
const reservedUserKeys = new Set(['id', 'ID', 'Id', 'user_id']);

export function eventBody(event: HeapEvent, newId: () => string): HeapBody {
  const { event: name, event_id, session_id, occurred_at } = event;
  const { timestamp, problem: noTime } = readTime(occurred_at);
  const properties = propertiesOf(event.properties ?? {});
  const problem =
    problemOfText(name, 'event', maxEventLength) ?? problemOfPerson(event) ?? noTime ?? properties.problem;
  if (problem) return { problem };
  return {
    body: {
      event: name,
      ...personOf(event),
      ...(session_id !== undefined && { session_id }),
      idempotency_key: event_id ?? newId(),
      ...(timestamp && { timestamp }),
      properties: properties.values,
    },
  };
}

export function identifyBody({ identity, user_id, occurred_at }: HeapIdentify): HeapBody {
  const { timestamp, problem: noTime } = readTime(occurred_at);
  const problem = problemOfPerson({ identity }) ?? problemOfPerson({ user_id }) ?? noTime;
  return problem ? { problem } : { body: { identity, user_id, ...(timestamp && { timestamp }) } };
}

export function userBody({ identity, properties }: HeapUser): HeapBody {
  const { values, problem: wrongValue } = propertiesOf(properties);
  const reserved = Object.keys(values).some((name) => reservedUserKeys.has(name));
  const problem =
    problemOfPerson({ identity }) ??
    (reserved ? 'properties may not be named id or user_id; Heap keeps those' : wrongValue);
  return problem ? { problem } : { body: { identity, properties: values } };
}

export function accountBody({ account_id, properties }: HeapAccount): HeapBody {
  const { values, problem: wrongValue } = propertiesOf(properties);
  const problem = problemOfText(account_id, 'account_id', maxIdentityLength) ?? wrongValue;
  return problem ? { problem } : { body: { account_id, properties: values } };
}

export const personOf = ({ identity, user_id }: HeapPerson): Record<string, string> =>
  identity === undefined ? { user_id } : { identity };

export function problemOfPerson({
  identity,
  user_id,
}: {
  identity?: string | undefined;
  user_id?: string | undefined;
}): string | undefined {
  if ((identity === undefined) === (user_id === undefined)) return 'pass identity or user_id, one of the two';
  if (identity === undefined) {
    const isHeapId =
      typeof user_id === 'string' && /^\d{1,16}$/.test(user_id) && Number.isSafeInteger(Number(user_id));
    return isHeapId ? undefined : 'user_id is not an id of Heap: decimal text below 2^53';
  }
  const tooLong = problemOfText(identity, 'identity', maxIdentityLength);
  if (tooLong) return tooLong;
  // An address is a usual identity in Heap, and goes nowhere but there.
  const problem = identity.includes('@') ? undefined : problemOfPersonId(identity, 'identity');
  return problem && inWords(problem);
}

function problemOfText(value: unknown, name: string, maxLength: number): string | undefined {
  if (typeof value !== 'string' || !value.trim()) return `${name} is missing`;
  return value.length > maxLength ? `${name} is over ${maxLength} characters` : undefined;
}

function propertiesOf(given: HeapProperties): { values: Record<string, string | number>; problem?: string } {
  const values: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null) continue;
    // What Heap's own library in a page makes of it.
    const stored = typeof value === 'boolean' ? String(value) : value;
    const isUsable =
      typeof stored === 'number'
        ? Number.isFinite(stored)
        : typeof stored === 'string' && stored.length <= maxValueLength;
    if (!isUsable)
      return {
        values,
        problem: `a property must be a number, or text under 1,024 characters: ${name.slice(0, 64)}`,
      };
    values[name] = stored;
  }
  return { values };
}

/** `undefined` where none is given. */
function readTime(at: HeapEvent['occurred_at']): {
  timestamp?: string | undefined;
  problem?: string | undefined;
} {
  if (at === undefined) return {};
  const read = readInstant(at, Date.now());
  return read.fault === undefined
    ? { timestamp: new Date(read.at).toISOString() }
    : { problem: `occurred_at ${read.fault}` };
}
