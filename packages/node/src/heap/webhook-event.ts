import type { HeapVisitor } from './promote-stored.ts';

/** One event of Heap's event webhook, by whatever names its template uses. */
export interface WebhookEvent extends HeapVisitor {
  source_event: string;
  session_id?: string | undefined;
  /** Milliseconds since 1970. */
  at?: number | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads `{ event, identity, …properties }`: properties beside the other fields or one level below, in `properties`.
 * `undefined` when there is no name.
 */
export function readWebhookEvent(body: unknown): WebhookEvent | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  const {
    event,
    event_name,
    identity,
    user_id,
    session_id,
    time,
    timestamp = time,
    properties,
    ...others
  } = body as Fields;
  const source_event = textOf(event) ?? textOf(event_name);
  if (!source_event) return undefined;
  return {
    source_event,
    identity: textOf(identity),
    user_id: textOf(user_id),
    session_id: textOf(session_id),
    at: millisecondsOf(timestamp),
    properties: { ...others, ...(typeof properties === 'object' ? properties : undefined) },
  };
}

/** An empty variable of a template is no value. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

const firstMillisecond = 1e11;
const firstMicrosecond = 1e14;

/** A time as Heap writes it: ISO-8601 or a count of seconds, milliseconds or microseconds since 1970. */
export function millisecondsOf(time: unknown): number | undefined {
  if (time instanceof Date) return time.getTime();
  const isCount = typeof time === 'number' || (typeof time === 'string' && /^\d+(\.\d+)?$/.test(time));
  if (isCount) {
    const count = Number(time);
    if (count < firstMillisecond) return Math.round(count * 1_000);
    return Math.round(count < firstMicrosecond ? count : count / 1_000);
  }
  if (typeof time !== 'string') return undefined;
  // Without a zone it is UTC, as everything in Heap's exports.
  const hasZone = /(Z|[+-]\d\d:?\d\d)$/i.test(time);
  const parsed = Date.parse(hasZone ? time : `${time.trim().replace(' ', 'T')}Z`);
  return Number.isNaN(parsed) ? undefined : parsed;
}
