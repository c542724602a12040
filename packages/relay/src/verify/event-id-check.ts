import type { Expectation } from './expectation.ts';
import { failed, ok, type Seen } from './seen.ts';
import type { Check } from './verification.ts';

/** Whether one thing has one id, however often and wherever it is captured (docs/wire.md W-6). */
export function eventIdCheck(
  { trace, properties, conflict_fields, user_id, copies }: Seen,
  { idOf, repeat, others, event, key_properties }: Expectation,
): Check {
  const { event_id } = trace;
  const isOtherThing = conflict_fields.some(
    (path) => path !== 'properties.value' && path !== 'properties.currency',
  );
  if (isOtherThing) {
    const seen = `${event_id} is used for different things: ${conflict_fields.join(', ')} differ`;
    return failed('event_id', 'event_id_too_coarse', seen, copies.advice);
  }
  const [other] = others;
  if (other !== undefined) {
    const seen = `${[event_id, ...others].join(' and ')} have one ${key_properties.join(' and ')}`;
    return failed(
      'event_id',
      'two_candidates',
      seen,
      'leave event_id to the client, which makes it of the business id',
    );
  }
  const made = idOf(properties, user_id);
  if (made !== undefined && made !== event_id) {
    const seen = `${event_id}, and the business id makes ${made}`;
    return failed(
      'event_id',
      'event_id_differs',
      seen,
      `leave event_id to the client, so that page and server agree on ${made}`,
    );
  }
  if (repeat !== undefined && repeat !== 'duplicate') {
    return failed(
      'event_id',
      'repeat_counted',
      `a repeat of ${event_id} was ${repeat}`,
      'see the copies of the event in the trace',
    );
  }
  const count = Number(copies.value['copies']);
  const times = count > 1 ? `, ${count} copies and one event` : '';
  const random = made === undefined ? `; ${event} has no business id, so each capture counts` : '';
  return ok('event_id', `${event_id}${times}${random}`);
}
