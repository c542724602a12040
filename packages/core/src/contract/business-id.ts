import type { EventIdResult } from '../event/event-id.ts';
import { TrackLayerError } from '../errors.ts';
import { inWords, problemAt } from '../event/problem.ts';
import { builtIn, type Contract } from './contract.ts';

/** The `event_id` that a built-in event's business key makes (docs/wire.md W-6, §8). */
export const businessEventId = (
  event: string,
  properties: Readonly<Record<string, unknown>> | undefined,
  user_id: string | undefined,
  anonymous_id: string | undefined,
): EventIdResult => builtIn.idOf(event, properties, user_id, anonymous_id);

/**
 * The `event_id` of a milestone, the same bytes in every runtime: what `capture` gives it in the page and on the
 * server (docs/wire.md W-6; further examples in docs/event-id-vectors.json).
 *
 * @param more - the person, where the key names one, and `events` when the event is of your own.
 * @throws TrackLayerError `invalid_event` when the event is unknown, its key is missing, or it has none (such events
 *   get a random id at capture).
 * @example
 * eventId('purchase', { order_id: 'ord_10492' }); // 'ord_10492_purchase'
 */
export function eventId(
  event: string,
  properties?: Readonly<Record<string, unknown>>,
  more: {
    user_id?: string | undefined;
    anonymous_id?: string | undefined;
    events?: Contract | undefined;
  } = {},
): string {
  const { rows, idOf } = more.events ?? builtIn;
  const made = Object.hasOwn(rows, event)
    ? idOf(event, properties, more.user_id, more.anonymous_id)
    : { problem: problemAt('event', 'is not in the vocabulary; see canonicalEvents', 'unknown_event') };
  if ('id' in made) return made.id;
  const problem =
    'problem' in made ? made.problem : problemAt('', 'has no business key and gets a random id at capture');
  throw new TrackLayerError('invalid_event', `${event}: ${inWords(problem)}`, { problems: [problem] });
}
