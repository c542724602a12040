import type { TraceFacts } from './facts.ts';
import type { Hop } from './trace.ts';

/** Whom the event is about, and by which link. */
export function personHop({ record, links }: TraceFacts): Hop {
  if (!record)
    return {
      hop: 'person',
      verdict: 'missing',
      at: null,
      detail: 'the person is unknown: no event arrived',
      value: {},
    };
  const { user_id, anonymous_ids } = record.identity;
  const time = record.event.occurred_at ?? record.received_at;
  const link = links.find(
    ({ linked_at, closed_at }) => linked_at <= time && (closed_at === null || time < closed_at),
  );
  const value = { user_id, anonymous_ids, links: links.map((one) => ({ ...one })) };
  const base = { hop: 'person', value } as const;
  if (user_id !== null) {
    const { event } = record;
    const detail =
      event.user_id === undefined
        ? `user ${user_id}, by the anonymous id`
        : `user ${user_id}, named by the event${anonymous_ids.length > 0 ? ', with an anonymous id' : ''}`;
    return { ...base, verdict: 'ok', at: link?.linked_at ?? record.received_at, detail };
  }
  if (anonymous_ids.length > 0 || record.event.anonymous_id !== undefined) {
    return {
      ...base,
      verdict: 'waiting',
      at: null,
      detail: 'a visitor without a user id yet',
      advice:
        'call identify({ user_id, anonymous_id }) at sign-up or login; the event is tied to the user then',
    };
  }
  return {
    ...base,
    verdict: 'missing',
    at: null,
    detail: 'the event has no person',
    advice: 'capture it with user_id or anonymous_id',
  };
}
