import type { CaptureInput } from './contract/capture-input.ts';
import { builtIn, type ContractRow } from './contract/contract.ts';
import { copyJson, plainSlot, type Allowed, type Copied } from './contract/light/copy-json.ts';
import { certainlyFits, fit } from './contract/light/fit.ts';
import { createSlots } from './contract/light/slot.ts';
import { problemOfConsent, problemOfEventId, problemOfNobody, problemOfSource } from './event/envelope.ts';
import type { ConsentSnapshot, EventContext, JsonObject, MessageKind } from './event/event.ts';
import { readInstant } from './event/instant.ts';
import { jsonText } from './event/json-text.ts';
import { maxMessageBytes } from './event/limits.ts';
import { isPersonalName } from './event/personal-names.ts';
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
  /** @param isWhole - nothing is added from the options: the input has been through here. */
  event(input: CaptureInput, isWhole?: boolean): Prepared;
  identify(input: IdentifyInput): Prepared;
}

interface Person {
  user_id: string | undefined;
  anonymous_id: string | undefined;
}

interface Identified extends Person {
  event_id: string;
  /** `1` to `3`: what goes first when a page is left. */
  priority: number;
  isNamed: boolean;
}

// The most bytes that a character of JSON takes: `\u001f`.
const bytesPerCharacter = 6;
// The names of fields, a time and a source.
const sizeAround = 160;

export function createPreparation(
  options: Pick<AdapterOptions, 'identity' | 'context' | 'source' | 'hashTraits' | 'events' | 'clearTraits'>,
  { clock, byteLength }: Platform,
  uuid: () => string,
  consent: () => ConsentSnapshot | undefined,
  onLeftOut: (name: string, problems: readonly Problem[]) => void,
): Preparation {
  const { rows, check, idOf } = options.events ?? builtIn;
  const allowed: Allowed | undefined = options.clearTraits?.length ? new Set(options.clearTraits) : undefined;
  const traitSlot = createSlots(() => undefined, []);
  let lastNow = -1;
  let lastIso = '';
  let lastBase: EventContext | undefined;
  let lastContext: Copied | undefined;

  /** ISO-8601 of the wall clock; a burst of captures shares one. */
  function isoOf(now: number): string {
    if (now !== lastNow) {
      lastNow = now;
      lastIso = new Date(now).toISOString();
    }
    return lastIso;
  }

  /** A page's own context is one frozen object for a burst of captures, and is looked at once. */
  function contextOf(own: EventContext | undefined, isWhole: boolean): Copied | undefined {
    const base = isWhole ? undefined : options.context?.();
    if (!own && base && base === lastBase) return lastContext;
    const given = base && own ? { ...base, ...own } : (own ?? base);
    if (given === undefined) return undefined;
    const copied = copyJson(given, 'context', plainSlot, allowed);
    if (copied.size > certainlyFits) fit(copied, 'context', () => false);
    if (!own && Object.isFrozen(base)) {
      lastBase = base;
      lastContext = copied;
    }
    return copied;
  }

  /** P-5: nothing raw and personal enters the queue, wherever it stood (docs/wire.md W-18). */
  function safe(
    { values, hasPersonal }: Copied,
    { types = {} }: ContractRow,
    path: string,
    leftOut: Problem[],
  ): JsonObject | undefined {
    if (!values || !hasPersonal) return values as JsonObject | undefined;
    const pick = (isWanted: (name: string) => boolean): JsonObject =>
      Object.fromEntries(Object.entries(values).filter(([name]) => isWanted(name))) as JsonObject;
    // A property of the customer's own type is no other name for a trait.
    const isOwn = (name: string): boolean =>
      Object.hasOwn(types, name) && !isPersonalName(name) && !name.endsWith('_sha256');
    const isClear = (name: string): boolean => !!allowed?.has(name) && !name.endsWith('_sha256');
    const made = (options.hashTraits ?? withoutPersonal)(pick((name) => !isOwn(name)));
    const message = 'has no form to hash, or no hashTraits was given (docs/wire.md W-18)';
    for (const name of made.leftOut) {
      if (!isClear(name)) leftOut.push(problemAt(`${path}.${name}`, message, 'personal'));
    }
    return { ...made.traits, ...pick((name) => isOwn(name) || isClear(name)) };
  }

  /** What capture and identify have in common: the person, the time, the circumstances. */
  function finish(
    kind: MessageKind,
    name: string,
    input: CaptureInput | IdentifyInput,
    { event_id, user_id, anonymous_id, priority, isNamed }: Identified,
    copied: Copied | undefined,
    isWhole = false,
  ): Prepared {
    const { account_id, source = isWhole ? undefined : options.source } = input;
    const snapshot = input.consent ? ownConsent(input.consent) : isWhole ? undefined : consent();
    const captured_at = clock.now();
    const time = input.occurred_at === undefined ? undefined : readInstant(input.occurred_at, captured_at);
    const about = contextOf(input.context, isWhole);
    const isCapture = kind === 'capture';
    const path = isCapture ? 'properties' : 'traits';
    const problem =
      (time?.fault === undefined ? undefined : problemAt('occurred_at', time.fault)) ??
      problemOfPerson('user_id', user_id) ??
      problemOfPerson('anonymous_id', anonymous_id) ??
      problemOfPerson('account_id', account_id) ??
      about?.problems?.[0] ??
      problemOfConsent(input.consent) ??
      problemOfSource(source);
    if (problem) return refused(name, [problem]);
    const leftOut: Problem[] = [];
    if (copied?.leftOut) leftOut.push(...copied.leftOut);
    if (about?.leftOut) leftOut.push(...about.leftOut);
    const payload = copied && safe(copied, (isCapture && rows[name]) || {}, path, leftOut);
    // One shape for every message, which JSON.stringify handles quickest.
    const body = {
      event: isCapture ? name : undefined,
      event_id,
      user_id,
      anonymous_id,
      account_id,
      properties: isCapture ? payload : undefined,
      traits: isCapture ? undefined : payload,
      source,
      occurred_at: time?.at === undefined ? isoOf(captured_at) : new Date(time.at).toISOString(),
      context: about?.values,
      consent: snapshot,
    };
    const size =
      sizeAround +
      name.length +
      event_id.length +
      (user_id?.length ?? 0) +
      (anonymous_id?.length ?? 0) +
      (copied?.size ?? 0) +
      (about?.size ?? 0);
    if (size * bytesPerCharacter > maxMessageBytes && byteLength(jsonText(body)) > maxMessageBytes) {
      // An order without its circumstances is still an order.
      body.context = undefined;
      if (byteLength(jsonText(body)) > maxMessageBytes) return refused(name, [tooLarge('')]);
      leftOut.push(tooLarge('context'));
    }
    if (leftOut.length > 0) onLeftOut(name, leftOut);
    const message: Message = {
      kind,
      event_id,
      // Its text is made when it is stored or sent.
      content: body,
      characters: size,
      captured_at,
      user_id,
      anonymous_id,
      priority,
    };
    return { message, isNamed, hasConsent: snapshot !== undefined };
  }

  return {
    event(input, isWhole = false) {
      const { event, event_id, properties } = input ?? {};
      const copied = check(event, properties, allowed);
      if (copied.problems) return refused(typeof event === 'string' ? event : undefined, copied.problems);
      const person = isWhole ? undefined : options.identity?.read();
      const { user_id = person?.user_id, anonymous_id = person?.anonymous_id } = input;
      const nobody = problemOfNobody(user_id, anonymous_id);
      if (nobody) return refused(event, [nobody]);
      const { key, priority = key ? 2 : 1 } = rows[event]!;
      if (event_id !== undefined) {
        const problem = problemOfEventId(event_id);
        if (problem) return refused(event, [problem]);
        return finish(
          'capture',
          event,
          input,
          { event_id, user_id, anonymous_id, priority, isNamed: true },
          copied,
          isWhole,
        );
      }
      const made = idOf(event, copied.values, user_id, anonymous_id);
      if ('problem' in made) return refused(event, [made.problem]);
      const isNamed = 'id' in made;
      const id = isNamed ? made.id : uuid();
      return finish(
        'capture',
        event,
        input,
        { event_id: id, user_id, anonymous_id, priority, isNamed },
        copied,
      );
    },

    identify(input) {
      const { user_id, anonymous_id = options.identity?.read().anonymous_id, traits } = input ?? {};
      const copied = traits === undefined ? undefined : copyJson(traits, 'traits', traitSlot, allowed);
      if (copied) fit(copied, 'traits', () => false);
      const nobody = problemOfNobody(user_id, anonymous_id);
      const problems = nobody ? [nobody] : copied?.problems;
      if (problems) return refused('identify', problems);
      const identified = { event_id: uuid(), user_id, anonymous_id, priority: 1, isNamed: false };
      const made = finish('identify', 'identify', input, identified, copied);
      if ('message' in made && user_id !== undefined) options.identity?.identified(user_id);
      return made;
    },
  };
}

/** A copy that nobody else can change; what is no snapshot is refused by its own rule. */
const ownConsent = (given: ConsentSnapshot): ConsentSnapshot =>
  copyJson(given, 'consent', plainSlot).values ?? given;

const tooLarge = (path: string): Problem =>
  problemAt(path, 'is over 40 KiB, with all that is in it', 'too_large');

const refused = (name: string | undefined, problems: readonly Problem[]): Prepared => {
  const detail = problems.map(inWords).join('; ');
  return {
    reason: problems.some(({ code }) => code === 'too_large') ? 'too_large' : 'invalid_event',
    detail: name ? `${name}: ${detail}` : detail,
    name,
    problems,
  };
};

const problemOfPerson = (field: string, id: unknown): Problem | undefined =>
  id === undefined ? undefined : problemOfPersonId(id, field);
