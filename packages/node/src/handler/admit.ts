import type { Problem, MessageKind, WireEvent, WireIdentify } from '@tracklayer/core';
import { problemOfPersonId } from '@tracklayer/core/adapter';
import { withClientContext, type ClientContext } from './client-context.ts';
import { correctClock } from './correct-clock.ts';
import { isObject } from './read-messages.ts';

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
  parse: (body: unknown) => { errors: Problem[] } | object;
}

/** A message that goes on, or the reason why it does not. */
export type Admitted =
  | { message: WireEvent | WireIdentify; refused?: undefined }
  | {
      message?: undefined;
      refused: { event_id: string | null; code: 'invalid_event' | 'not_allowed'; errors: Problem[] };
    };

/** One message, in full (docs/wire.md §7). */
const maxMessageBytes = 40_960;

/** Puts the server's word over a page's, then checks the message as the relay will (docs/wire.md W-9, W-10). */
export function admit(said: unknown, circumstances: Circumstances): Admitted {
  const { kind, isAllowed, parse } = circumstances;
  const message = isObject(said) && !Array.isArray(said) ? withServersWord(said, circumstances) : said;
  const parsed = parse(message);
  if ('errors' in parsed) return refuse(said, 'invalid_event', parsed.errors);
  const admitted = message as WireEvent;
  if (kind === 'capture' && !isAllowed(admitted.event)) {
    return refuse(said, 'not_allowed', [
      { path: 'event', message: 'is not among the events that a page may send', code: 'not_allowed' },
    ]);
  }
  const problem = problemOfSize(message);
  if (problem) return refuse(said, 'invalid_event', [problem]);
  return { message: admitted };
}

function withServersWord(
  said: Record<string, unknown>,
  { kind, client, user_id, sent_at, received }: Circumstances,
): object {
  const { user_id: _, sent_at: __, ...kept } = said;
  const { occurred_at, anonymous_id = client.anonymous_id, event_id } = kept;
  return {
    ...kept,
    ...(user_id !== undefined && { user_id }),
    ...(anonymous_id !== undefined && { anonymous_id }),
    // Without an id an identify could not be told apart from its neighbours in the relay's answer.
    ...(kind === 'identify' && event_id === undefined && { event_id: crypto.randomUUID() }),
    ...(typeof occurred_at === 'string' && { occurred_at: correctClock(occurred_at, sent_at, received) }),
    context: withClientContext(kept['context'], client),
  };
}

function problemOfSize(message: unknown): Problem | undefined {
  try {
    return Buffer.byteLength(JSON.stringify(message)) > maxMessageBytes
      ? { path: '', message: 'is over 40 KiB', code: 'too_large' }
      : undefined;
  } catch {
    return { path: '', message: 'is nested too deeply', code: 'too_deep' };
  }
}

function refuse(said: unknown, code: 'invalid_event' | 'not_allowed', errors: Problem[]): Admitted {
  const event_id = isObject(said) && Object.hasOwn(said, 'event_id') ? said['event_id'] : undefined;
  const canBeShown = typeof event_id === 'string' && /^[\w.:-]{1,128}$/.test(event_id);
  return { refused: { event_id: canBeShown ? event_id : null, code, errors } };
}

/** The app's word on who sent a request; ids that name no person are nobody (docs/wire.md W-19). */
export const usablePerson = (user_id: unknown): string | undefined =>
  typeof user_id === 'string' && problemOfPersonId(user_id) === undefined ? user_id : undefined;
