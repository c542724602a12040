import type { CaptureInput } from './contract/capture-input.ts';
import { problemOfEvent } from './contract/check.ts';
import { problemOfJson } from './contract/json.ts';
import { businessEventId } from './event/event-id.ts';
import type { ConsentSnapshot, EventContext } from './event/event.ts';
import { serialise } from './event/serialise.ts';
import { problemOfPersonId } from './identity/person-id.ts';
import { hashTraits } from './identity/traits.ts';
import type { ClientOptions, IdentifyInput } from './options.ts';
import type { Platform, StoredMessage } from './platform.ts';
import type { Message } from './queue/message.ts';
import type { DropReason } from './queue/stats.ts';

/** A message without its place in the queue, or why there is none. */
export type Prepared =
  | {
      message: Omit<Message, 'seq'>;
      /** Properties as JSON, where the id is a business id: what the ledger compares. */
      properties?: string | undefined;
    }
  | { reason: DropReason; detail: string; name?: string | undefined };

/** From what the app says to a message as it is kept and sent: contract, id, person, text. May throw on hostile input. */
export interface Preparation {
  event(input: CaptureInput): Prepared;
  identify(input: IdentifyInput): Prepared;
  restored(stored: Omit<StoredMessage, 'seq'>): Omit<Message, 'seq'>;
}

const maxPropertiesBytes = 32_768;
const maxMessageBytes = 40_960;
const eventIdShape = /^[\w.:-]{1,128}$/;
const earliest = 0;
const latest = 253_402_300_799_999;

export function createPreparation(
  options: Pick<ClientOptions, 'identity' | 'context' | 'source' | 'sha256' | 'clearTraits'>,
  { clock, byteLength }: Platform,
  uuid: () => string,
  consent: () => ConsentSnapshot | undefined,
): Preparation {
  let lastNow = -1;
  let lastIso = '';

  /** ISO-8601 of the wall clock; a burst of captures shares one. */
  function isoNow(): string {
    const now = clock.now();
    if (now !== lastNow) {
      lastNow = now;
      lastIso = new Date(now).toISOString();
    }
    return lastIso;
  }

  function isoTime(given: string | number | Date | undefined): string | undefined {
    if (given === undefined) return isoNow();
    const time = new Date(given).getTime();
    return time >= earliest && time <= latest ? new Date(time).toISOString() : undefined;
  }

  function contextOf(own: EventContext | undefined): EventContext | undefined {
    const base = options.context?.();
    return base && own ? { ...base, ...own } : (own ?? base);
  }

  function sized(json: string, limit: number): number | undefined {
    // A UTF-16 unit is at most three bytes of UTF-8: short text needs no counting against the limit.
    const bytes = byteLength(json);
    return bytes <= limit ? bytes : undefined;
  }

  /** What capture and identify have in common: the person, the time, the text. */
  function finish(
    name: string,
    input: CaptureInput | IdentifyInput,
    rest: {
      event?: string | undefined;
      event_id: string;
      properties?: string | undefined;
      traits?: string | undefined;
    },
    user_id: string | undefined,
    anonymous_id: string | undefined,
  ): Prepared {
    const refuse = (detail: string, reason: DropReason = 'invalid_event'): Prepared => ({
      reason,
      detail: `${name}: ${detail}`,
      name,
    });
    const { account_id, source = options.source, consent: own = consent() } = input;
    const occurred_at = isoTime(input.occurred_at);
    if (!occurred_at)
      return refuse('occurred_at is no time between 1970 and 9999; pass a Date, milliseconds or ISO-8601');
    const problem =
      (account_id !== undefined && problemOfPersonId(account_id)) ||
      (input.context && problemOfJson(input.context, 'context')) ||
      (input.consent && problemOfJson(input.consent, 'consent'));
    if (problem) return refuse(problem);
    if (source !== undefined && (typeof source !== 'string' || source.length > 255))
      return refuse('source is not a short text');
    const context = contextOf(input.context);
    const json = serialise({
      ...rest,
      user_id,
      anonymous_id,
      account_id,
      source,
      occurred_at,
      context,
      consent: own,
    });
    const bytes = sized(json, maxMessageBytes);
    if (bytes === undefined) return refuse('it is over 40 KiB', 'too_large');
    const message = {
      kind: rest.event === undefined ? ('identify' as const) : ('capture' as const),
      event_id: rest.event_id,
      name,
      json,
      bytes,
      captured_at: lastNow < 0 ? clock.now() : lastNow,
      user_id,
      anonymous_id,
      hasConsent: own !== undefined,
    };
    return { message };
  }

  return {
    event(input) {
      const { event, properties } = input ?? {};
      const refuse = (detail: string, reason: DropReason = 'invalid_event'): Prepared => ({
        reason,
        detail,
        name: typeof event === 'string' ? event : undefined,
      });
      const problem =
        problemOfEvent(event, properties) ?? (properties && problemOfJson(properties, 'properties'));
      if (problem) return refuse(problem);
      const person = options.identity?.read();
      const { user_id = person?.user_id, anonymous_id = person?.anonymous_id } = input;
      if (user_id === undefined && anonymous_id === undefined) {
        return refuse(`${event}: nobody did it; pass user_id or anonymous_id (docs/wire.md W-10)`);
      }
      const nobody =
        (user_id !== undefined && problemOfPersonId(user_id)) ||
        (anonymous_id !== undefined && problemOfPersonId(anonymous_id));
      if (nobody) return refuse(`${event}: ${nobody}`);
      const business = businessEventId(event, properties, user_id, anonymous_id);
      let event_id = input.event_id;
      if (event_id === undefined) {
        if ('problem' in business) return refuse(`${event}: ${business.problem}`);
        event_id = 'id' in business ? business.id : uuid();
      } else if (typeof event_id !== 'string' || !eventIdShape.test(event_id)) {
        return refuse(`${event}: event_id is not 1–128 characters of A-Z a-z 0-9 _ . : - (docs/wire.md W-3)`);
      }
      const json = properties && JSON.stringify(properties);
      if (json !== undefined && sized(json, maxPropertiesBytes) === undefined) {
        return refuse(`${event}: properties are over 32 KiB`, 'too_large');
      }
      const made = finish(event, input, { event, event_id, properties: json }, user_id, anonymous_id);
      if ('reason' in made) return made;
      if (typeof properties?.['value'] === 'number') made.message.money = true;
      return input.event_id === undefined && 'none' in business ? made : { ...made, properties: json ?? '' };
    },

    identify(input) {
      const person = options.identity?.read();
      const { user_id, anonymous_id = person?.anonymous_id } = input ?? {};
      if (user_id === undefined && anonymous_id === undefined)
        return refuseIdentify('pass user_id or anonymous_id');
      const problem =
        (user_id !== undefined && problemOfPersonId(user_id)) ||
        (anonymous_id !== undefined && problemOfPersonId(anonymous_id)) ||
        (input.traits && problemOfJson(input.traits, 'traits'));
      if (problem) return refuseIdentify(problem);
      const { traits } = input.traits ? hashTraits(input.traits, options) : { traits: undefined };
      const json = traits && JSON.stringify(traits);
      if (json !== undefined && sized(json, maxPropertiesBytes) === undefined) {
        return refuseIdentify('traits are over 32 KiB', 'too_large');
      }
      const made = finish('identify', input, { event_id: uuid(), traits: json }, user_id, anonymous_id);
      if (!('reason' in made) && user_id !== undefined) options.identity?.identified(user_id);
      return made;
    },

    restored: (stored) => {
      const name =
        stored.kind === 'identify' ? 'identify' : (/^\{"event":"(\w+)"/.exec(stored.json)?.[1] ?? '');
      return { ...stored, name, bytes: byteLength(stored.json), hasConsent: true };
    },
  };
}

function refuseIdentify(detail: string, reason: DropReason = 'invalid_event'): Prepared {
  return { reason, detail: `identify: ${detail}`, name: 'identify' };
}
