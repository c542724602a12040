import type { MessageKind, Problem, WireEvent, WireIdentify } from '@tracklayer/core';
import { maxMessageBytes, problemAt, problemOfPersonId, readInstant } from '@tracklayer/core/adapter';
import type { ForwardedMessage } from '../forward.ts';
import { correctClock } from '../http/correct-clock.ts';
import { isFields, type Fields } from '../http/parse-object.ts';
import type { SaidMessage } from '../http/read-messages.ts';
import type { AnsweredVerdict } from '../http/verdicts.ts';
import { withClientContext, type ClientContext } from './client-context.ts';

/** What is known of a request when its messages are looked at. */
export interface Circumstances {
  kind: MessageKind;
  client: ClientContext;
  /** Who the app says it is. A page's own word is never taken (docs/wire.md W-9). */
  user_id: string | undefined;
  sent_at: string | undefined;
  /** Our clock when the request came in, in milliseconds since 1970. */
  received: number;
  isAllowed: (event: string) => boolean;
  parse: (
    body: unknown,
  ) => { errors: readonly Problem[] } | { event: WireEvent } | { identify: WireIdentify };
}

/** A message that goes on, or the verdict that it gets here. */
export type Admitted =
  | { message: ForwardedMessage; anonymous_id: string | undefined; refused?: undefined }
  | { message?: undefined; anonymous_id?: undefined; refused: AnsweredVerdict };

/** Puts the server's word over a page's, then checks the message as the relay will (docs/wire.md W-9, W-10). */
export function admit({ body, faults }: SaidMessage, circumstances: Circumstances): Admitted {
  const { kind, isAllowed, parse } = circumstances;
  if (faults.length > 0) return refuse(body, 'invalid_event', faults);
  const parsed = parse(isFields(body) ? withServersWord(body, circumstances) : body);
  if ('errors' in parsed) return refuse(body, 'invalid_event', parsed.errors);
  const message = 'event' in parsed ? parsed.event : parsed.identify;
  const { event, event_id, anonymous_id } = message as WireEvent;
  if (kind === 'capture' && !isAllowed(event)) {
    return refuse(body, 'not_allowed', [
      { path: 'event', message: 'is not among the events that a page may send', code: 'not_allowed' },
    ]);
  }
  const json = JSON.stringify(message);
  if (json.length * 3 > maxMessageBytes && Buffer.byteLength(json) > maxMessageBytes) {
    return refuse(body, 'invalid_event', [problemAt('', 'is larger than 40 KiB', 'too_large')]);
  }
  return { message: { event_id, json }, anonymous_id };
}

function withServersWord(said: Fields, { kind, client, user_id, sent_at, received }: Circumstances): object {
  const { user_id: _, sent_at: __, ...kept } = said;
  const { occurred_at, anonymous_id = client.anonymous_id, event_id } = kept;
  return {
    ...kept,
    ...(user_id !== undefined && { user_id }),
    ...(anonymous_id !== undefined && { anonymous_id }),
    // Without an id an identify could not be told apart from its neighbours in the relay's answer.
    ...(kind === 'identify' && event_id === undefined && { event_id: crypto.randomUUID() }),
    // Done here, because the relay only sees our `sent_at` (W-13).
    ...(isTime(occurred_at) && {
      occurred_at: correctClock(occurred_at, sent_at, received).occurred_at,
    }),
    context: withClientContext(kept['context'], client),
  };
}

/** Any other is for the contract to refuse. */
const isTime = (occurred_at: unknown): occurred_at is string =>
  typeof occurred_at === 'string' && readInstant(occurred_at).fault === undefined;

function refuse(said: unknown, code: 'invalid_event' | 'not_allowed', errors: readonly Problem[]): Admitted {
  const event_id = isFields(said) && Object.hasOwn(said, 'event_id') ? said['event_id'] : undefined;
  const canBeShown = typeof event_id === 'string' && /^[\w.:-]{1,128}$/.test(event_id);
  return { refused: { event_id: canBeShown ? event_id : null, status: 'rejected', code, errors } };
}

/** The app's word on who sent a request; ids that name no person are nobody (docs/wire.md W-19). */
export const usablePerson = (user_id: unknown): string | undefined =>
  typeof user_id === 'string' && problemOfPersonId(user_id, 'user_id') === undefined ? user_id : undefined;
