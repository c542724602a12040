import type { CaptureInput } from './contract/capture-input.ts';
import { createContextCopy } from './copy-context.ts';
import { builtIn } from './contract/contract.ts';
import { copyJson, plainSlot, type Allowed, type Copied } from './contract/light/copy-json.ts';
import { fit } from './contract/light/fit.ts';
import { createSlots } from './contract/light/slot.ts';
import { problemOfConsent, problemOfEventId, problemOfNobody, problemOfSource } from './event/envelope.ts';
import type { ConsentSnapshot, JsonObject, MessageKind } from './event/event.ts';
import { readInstant } from './event/instant.ts';
import { jsonText } from './event/json-text.ts';
import { maxMessageBytes } from './event/limits.ts';
import { inWords, problemAt, type Problem } from './event/problem.ts';
import { problemOfPersonId } from './identity/person-id.ts';
import { createProtect } from './identity/protect.ts';
import type { AdapterOptions, IdentifyInput } from './options.ts';
import type { Platform } from './platform.ts';
import type { Message } from './queue/message.ts';
import type { DropReason } from './queue/stats.ts';
import type { Reporter } from './reporter.ts';

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
  report: Reporter['report'],
): Preparation {
  const { rows, check, idOf } = options.events ?? builtIn;
  const allowed: Allowed | undefined = options.clearTraits?.length ? new Set(options.clearTraits) : undefined;
  const traitSlot = createSlots(() => undefined, []);
  const copyContext = createContextCopy(allowed);
  const protect = createProtect(allowed, options.hashTraits);
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

  /** What capture and identify have in common: the person, the time, the circumstances. */
  function finish(
    kind: MessageKind,
    name: string,
    input: CaptureInput | IdentifyInput,
    identified: Identified,
    copied: Copied | undefined,
    isWhole = false,
  ): Prepared {
    const { event_id, user_id, anonymous_id, priority, isNamed } = identified;
    const { account_id, source = isWhole ? undefined : options.source } = input;
    const snapshot = input.consent ? ownConsent(input.consent) : isWhole ? undefined : consent();
    const captured_at = clock.now();
    const time = input.occurred_at === undefined ? undefined : readInstant(input.occurred_at, captured_at);
    const about = copyContext(input.context, isWhole ? undefined : options.context?.());
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
    const isCapture = kind === 'capture';
    const payload = copied?.hasPersonal
      ? protect(
          copied.values!,
          isCapture ? 'properties' : 'traits',
          leftOut,
          isCapture ? rows[name]?.types : undefined,
        )
      : (copied?.values as JsonObject | undefined);
    // One shape for every message, which JSON.stringify handles quickest.
    const content = {
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
    const ids = event_id.length + (user_id?.length ?? 0) + (anonymous_id?.length ?? 0);
    const characters = sizeAround + name.length + ids + (copied?.size ?? 0) + (about?.size ?? 0);
    if (characters * bytesPerCharacter > maxMessageBytes && isTooLarge(content)) {
      // An order without its circumstances is still an order.
      content.context = undefined;
      if (isTooLarge(content)) return refused(name, [tooLarge('')]);
      leftOut.push(tooLarge('context'));
    }
    if (leftOut.length > 0) reportLeftOut(name, leftOut);
    const message: Message = {
      kind,
      event_id,
      // Its text is made when it is stored or sent.
      content,
      characters,
      captured_at,
      user_id,
      anonymous_id,
      priority,
    };
    return { message, isNamed, hasConsent: snapshot !== undefined };
  }

  const isTooLarge = (content: object): boolean => byteLength(jsonText(content)) > maxMessageBytes;

  function reportLeftOut(name: string, leftOut: readonly Problem[]): void {
    const code = leftOut.some((problem) => problem.code === 'personal') ? 'personal_data' : 'left_out';
    report(code, `${name} goes without: ${leftOut.map(inWords).join('; ')}`);
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

const tooLarge = (path: string): Problem => problemAt(path, 'is over 40 KiB in total', 'too_large');

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
