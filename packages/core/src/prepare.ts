import type { CaptureInput } from './contract/capture-input.ts';
import { problemOfEvent } from './contract/check.ts';
import { businessEventId } from './contract/business-id.ts';
import { isTooLarge, problemOfJson } from './contract/json.ts';
import type { ConsentSnapshot, EventContext, JsonObject, MessageKind } from './event/event.ts';
import { problemOfPersonId } from './identity/person-id.ts';
import { hashTraits } from './identity/traits.ts';
import type { ClientOptions, IdentifyInput } from './options.ts';
import type { Platform, StoredMessage } from './platform.ts';
import type { DropReason } from './queue/stats.ts';

/** What is kept of a message, but for its place in the queue; or why there is none. */
export type Prepared =
  | {
      message: Omit<StoredMessage, 'seq'>;
      bytes: number;
      /** Its id is made from a business key, or was given: the ledger knows it. */
      isNamed: boolean;
      /** It carries a consent snapshot of its own. */
      hasConsent: boolean;
    }
  | { reason: DropReason; detail: string; name?: string | undefined };

/** From what the app says to a message as it is kept and sent: contract, id, person, text. May throw on hostile input. */
export interface Preparation {
  event(input: CaptureInput): Prepared;
  identify(input: IdentifyInput): Prepared;
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
  onLeftOut: (names: readonly string[]) => void,
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

  /** P-5: nothing raw and personal enters the queue, wherever it stood (docs/wire.md W-18). */
  function withoutPersonal(given: JsonObject): JsonObject {
    const { traits, leftOut } = hashTraits(given, options);
    if (leftOut.length > 0) onLeftOut(leftOut);
    return traits;
  }

  /** What capture and identify have in common: the person, the time, the text. */
  function finish(
    kind: MessageKind,
    name: string,
    input: CaptureInput | IdentifyInput,
    event_id: string,
    user_id: string | undefined,
    anonymous_id: string | undefined,
    payload: { properties?: JsonObject | undefined; traits?: JsonObject | undefined },
    isNamed: boolean,
  ): Prepared {
    const refuse = (detail: string, reason: DropReason = 'invalid_event'): Prepared => ({
      reason,
      detail: `${name}: ${detail}`,
      name,
    });
    const { account_id, source = options.source } = input;
    const snapshot = input.consent ?? consent();
    const occurred_at = isoTime(input.occurred_at);
    if (!occurred_at) {
      return refuse('occurred_at is no time between 1970 and 9999; pass a Date, milliseconds or ISO-8601');
    }
    const problem =
      problemOfPerson('user_id', user_id) ??
      problemOfPerson('anonymous_id', anonymous_id) ??
      problemOfPerson('account_id', account_id) ??
      (input.context && problemOfJson(input.context, 'context')) ??
      (input.consent && problemOfJson(input.consent, 'consent')) ??
      (source !== undefined && (typeof source !== 'string' || source.length > 255)
        ? 'source is no short text'
        : undefined);
    if (problem) return refuse(problem);
    const json = JSON.stringify({
      event: kind === 'capture' ? name : undefined,
      event_id,
      user_id,
      anonymous_id,
      account_id,
      properties: payload.properties,
      traits: payload.traits,
      source,
      occurred_at,
      context: contextOf(input.context),
      consent: snapshot,
    });
    // JSON.stringify escapes half a character, and nothing else, as \udXXX.
    if (json.includes('\\ud') && /(?:^|[^\\])(?:\\\\)*\\ud/.test(json)) {
      return refuse('it holds half a character (a lone surrogate), which is no text');
    }
    const bytes = byteLength(json);
    if (bytes > maxMessageBytes) return refuse('it is over 40 KiB', 'too_large');
    if (bytes > maxPropertiesBytes && byteLength(JSON.stringify(payload)) > maxPropertiesBytes) {
      return refuse(`${kind === 'capture' ? 'properties' : 'traits'} are over 32 KiB`, 'too_large');
    }
    return {
      message: {
        kind,
        event_id,
        json,
        captured_at: clock.now(),
        user_id,
        anonymous_id,
        money: typeof payload.properties?.['value'] === 'number',
      },
      bytes,
      isNamed,
      hasConsent: snapshot !== undefined,
    };
  }

  return {
    event(input) {
      const { event, properties } = input ?? {};
      const problem =
        (properties && problemOfJson(properties, 'properties')) ?? problemOfEvent(event, properties);
      const name = typeof event === 'string' ? event : undefined;
      if (problem)
        return { reason: isTooLarge(problem) ? 'too_large' : 'invalid_event', detail: problem, name };
      const person = options.identity?.read();
      const { user_id = person?.user_id, anonymous_id = person?.anonymous_id } = input;
      if (user_id === undefined && anonymous_id === undefined) {
        const detail = `${event}: nobody did it; pass user_id or anonymous_id (docs/wire.md W-10)`;
        return { reason: 'invalid_event', detail, name };
      }
      let { event_id } = input;
      let isNamed = true;
      if (event_id === undefined) {
        const made = businessEventId(event, properties, user_id, anonymous_id);
        if ('problem' in made) return { reason: 'invalid_event', detail: `${event}: ${made.problem}`, name };
        isNamed = 'id' in made;
        event_id = 'id' in made ? made.id : uuid();
      } else if (typeof event_id !== 'string' || !eventIdShape.test(event_id)) {
        const detail = `${event}: event_id is not 1–128 characters of A-Z a-z 0-9 _ . : - (docs/wire.md W-3)`;
        return { reason: 'invalid_event', detail, name };
      }
      const payload = properties ? { properties: withoutPersonal(properties) } : {};
      return finish('capture', event, input, event_id, user_id, anonymous_id, payload, isNamed);
    },

    identify(input) {
      const { user_id, anonymous_id = options.identity?.read().anonymous_id, traits } = input ?? {};
      if (user_id === undefined && anonymous_id === undefined)
        return invalidIdentify('pass user_id or anonymous_id');
      const problem = traits && problemOfJson(traits, 'traits');
      if (problem) return invalidIdentify(problem);
      const payload = traits ? { traits: withoutPersonal(traits) } : {};
      const made = finish('identify', 'identify', input, uuid(), user_id, anonymous_id, payload, false);
      if ('message' in made && user_id !== undefined) options.identity?.identified(user_id);
      return made;
    },
  };
}

const invalidIdentify = (detail: string): Prepared => ({
  reason: 'invalid_event',
  detail: `identify: ${detail}`,
  name: 'identify',
});

function problemOfPerson(field: string, id: unknown): string | undefined {
  const problem = id === undefined ? undefined : problemOfPersonId(id);
  return problem && `${field} ${problem}`;
}
