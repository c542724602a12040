import type { HeapVisitor } from './promote-stored.ts';

/** One event of Heap's event webhook, by whatever names its template uses. */
export interface WebhookEvent extends HeapVisitor {
  source_event: string;
  session_id?: string | undefined;
  /** As the template wrote it; absent when it names none. */
  time?: unknown;
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
    time: timestamp === '' || timestamp === null ? undefined : timestamp,
    properties: { ...others, ...(typeof properties === 'object' ? properties : undefined) },
  };
}

/** An empty variable of a template is no value. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}
