import type { CaptureInput } from './contract/capture-input.ts';
import { builtIn } from './contract/contract.ts';
import { problemOfJson } from './contract/json.ts';
import type { ConsentSnapshot, EventContext, JsonObject, MessageKind } from './event/event.ts';
import { maxMessageBytes, maxPropertiesBytes } from './event/limits.ts';
import { inWords, problemAt, type Problem } from './event/problem.ts';
import { problemOfPersonId } from './identity/person-id.ts';
import { withoutPersonal } from './identity/personal.ts';
import type { AdapterOptions, IdentifyInput } from './options.ts';
import type { Platform } from './platform.ts';
import type { Message } from './queue/message.ts';
import type { DropReason } from './queue/stats.ts';

/** What is kept of a message, but for its place in the queue; or why there is none. */
export type Prepared =
  | {
      message: Message;
      /** Its id is made from a business key, or was given: the ledger knows it. */
      isNamed: boolean;
      /** It carries a consent snapshot of its own. */
      hasConsent: boolean;
    }
  | { reason: DropReason; detail: string; name?: string | undefined; problems?: readonly Problem[] };

/** From what the app says to a message as it is kept and sent: contract, id, person, text. May throw on hostile input. */
export interface Preparation {
  event(input: CaptureInput): Prepared;
  identify(input: IdentifyInput): Prepared;
}

const eventIdShape = /^[\w.:-]{1,128}$/;
const nobody = problemAt(
  'user_id',
  'is missing, and so is anonymous_id: one of the two is needed (docs/wire.md W-10)',
  'missing',
);
const earliest = 0;
const latest = 253_402_300_799_999;
// JSON.stringify escapes half a character, and nothing else, as \udXXX.
const halfCharacter = /(?:^|[^\\])(?:\\\\)*\\ud/;

export function createPreparation(
  options: Pick<AdapterOptions, 'identity' | 'context' | 'source' | 'hashTraits' | 'events'>,
  { clock, byteLength }: Platform,
  uuid: () => string,
  consent: () => ConsentSnapshot | undefined,
  onLeftOut: (names: readonly string[]) => void,
): Preparation {
  const { rows, problemOf, idOf } = options.events ?? builtIn;
  let lastNow = -1;
  let lastIso = '';

  /** ISO-8601 of the wall clock; a burst of captures shares one. */
  function isoOf(now: number): string {
    if (now !== lastNow) {
      lastNow = now;
      lastIso = new Date(now).toISOString();
    }
    return lastIso;
  }

  function contextOf(own: EventContext | undefined): EventContext | undefined {
    const base = options.context?.();
    return base && own ? { ...base, ...own } : (own ?? base);
  }

  /** P-5: nothing raw and personal enters the queue, wherever it stood (docs/wire.md W-18). */
  function safe(given: JsonObject | undefined): JsonObject | undefined {
    if (!given) return undefined;
    const { traits, leftOut } = (options.hashTraits ?? withoutPersonal)(given);
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
    payload: JsonObject | undefined,
    priority: number,
    isNamed: boolean,
  ): Prepared {
    const { account_id, source = options.source, context } = input;
    const snapshot = input.consent ?? consent();
    const captured_at = clock.now();
    const occurred_at = input.occurred_at === undefined ? isoOf(captured_at) : isoTime(input.occurred_at);
    const problem =
      (occurred_at
        ? undefined
        : problemAt('occurred_at', 'must be a Date, milliseconds or ISO-8601 between 1970 and 9999')) ??
      problemOfPerson('user_id', user_id) ??
      problemOfPerson('anonymous_id', anonymous_id) ??
      problemOfPerson('account_id', account_id) ??
      (context && problemOfJson(context, 'context')) ??
      (input.consent && problemOfJson(input.consent, 'consent')) ??
      (source === undefined || (typeof source === 'string' && source.length < 256)
        ? undefined
        : problemAt('source', 'must be text of up to 255 characters'));
    if (problem) return refused(name, problem);
    const isCapture = kind === 'capture';
    // One shape for every message, which JSON.stringify handles quickest.
    const json = JSON.stringify({
      event: isCapture ? name : undefined,
      event_id,
      user_id,
      anonymous_id,
      account_id,
      properties: isCapture ? payload : undefined,
      traits: isCapture ? undefined : payload,
      source,
      occurred_at,
      context: contextOf(context),
      consent: snapshot,
    });
    if (json.includes('\\ud') && halfCharacter.test(json)) {
      return refused(name, problemAt('', 'holds half a character (a lone surrogate)'));
    }
    // UTF-8 takes three bytes a character at most, so most messages need no counting.
    if (json.length * 3 > maxPropertiesBytes) {
      if (byteLength(json) > maxMessageBytes)
        return refused(name, problemAt('', 'is over 40 KiB', 'too_large'));
      if (payload && byteLength(JSON.stringify(payload)) > maxPropertiesBytes) {
        return refused(name, problemAt(isCapture ? 'properties' : 'traits', 'is over 32 KiB', 'too_large'));
      }
    }
    const message: Message = {
      kind,
      event_id,
      content: json,
      characters: json.length,
      captured_at,
      user_id,
      anonymous_id,
      priority,
    };
    return { message, isNamed, hasConsent: snapshot !== undefined };
  }

  return {
    event(input) {
      const { event, properties } = input ?? {};
      const problem = problemOf(event, properties);
      if (problem) {
        return refused(typeof event === 'string' ? event : undefined, problem);
      }
      const person = options.identity?.read();
      const { user_id = person?.user_id, anonymous_id = person?.anonymous_id } = input;
      if (user_id === undefined && anonymous_id === undefined) {
        return refused(event, nobody);
      }
      let { event_id } = input;
      let isNamed = true;
      if (event_id === undefined) {
        const made = idOf(event, properties, user_id, anonymous_id);
        if ('problem' in made) return refused(event, made.problem);
        isNamed = 'id' in made;
        event_id = 'id' in made ? made.id : uuid();
      } else if (typeof event_id !== 'string' || !eventIdShape.test(event_id)) {
        return refused(
          event,
          problemAt('event_id', 'must be 1 to 128 characters of A-Z a-z 0-9 _ . : - (docs/wire.md W-3)'),
        );
      }
      const payload = safe(properties);
      const { key, priority = key ? 2 : 1 } = rows[event]!;
      return finish('capture', event, input, event_id, user_id, anonymous_id, payload, priority, isNamed);
    },

    identify(input) {
      const { user_id, anonymous_id = options.identity?.read().anonymous_id, traits } = input ?? {};
      if (user_id === undefined && anonymous_id === undefined) {
        return refused('identify', nobody);
      }
      const problem = traits && problemOfJson(traits, 'traits');
      if (problem) return refused('identify', problem);
      const payload = safe(traits);
      const made = finish('identify', 'identify', input, uuid(), user_id, anonymous_id, payload, 1, false);
      if ('message' in made && user_id !== undefined) options.identity?.identified(user_id);
      return made;
    },
  };
}

const refused = (name: string | undefined, problem: Problem): Prepared => ({
  reason: problem.code === 'too_large' ? 'too_large' : 'invalid_event',
  detail: name ? `${name}: ${inWords(problem)}` : inWords(problem),
  name,
  problems: [problem],
});

function isoTime(given: string | number | Date): string | undefined {
  const time = new Date(given).getTime();
  return time >= earliest && time <= latest ? new Date(time).toISOString() : undefined;
}

const problemOfPerson = (field: string, id: unknown): Problem | undefined =>
  id === undefined ? undefined : problemOfPersonId(id, field);
