import type { CaptureInput } from './contract/capture-input.ts';
import type { Contract } from './contract/contract.ts';
import type { Allowed, Copied } from './contract/light/copy-json.ts';
import { createContextCopy } from './copy-context.ts';
import { problemOfConsent, problemOfSource } from './event/envelope.ts';
import type { ConsentSnapshot, JsonObject, MessageKind } from './event/event.ts';
import { readInstant } from './event/instant.ts';
import { jsonText } from './event/json-text.ts';
import { maxMessageBytes } from './event/limits.ts';
import { ownConsent } from './event/own-consent.ts';
import { inWords, problemAt, type Problem } from './event/problem.ts';
import { problemOfPersonId } from './identity/person-id.ts';
import { createProtect } from './identity/protect.ts';
import type { AdapterOptions, IdentifyInput } from './options.ts';
import type { Platform } from './platform.ts';
import { refused, type Prepared } from './prepared.ts';
import type { Message } from './queue/message.ts';
import type { Reporter } from './reporter.ts';
import { withContext } from './with-context.ts';

interface Person {
  user_id: string | undefined;
  anonymous_id: string | undefined;
}

/** Who a message is about, and what it is called. */
interface Identified extends Person {
  event_id: string;
  /** `1` to `3`: what goes first when a page is left. */
  priority: number;
  isNamed: boolean;
}

/**
 * Makes a message of what is decided: the person, the time and the circumstances are checked, what is personal is made
 * safe, and what is too large is left out.
 *
 * @param isWhole - nothing is added from the options.
 */
export type FinishMessage = (
  kind: MessageKind,
  name: string,
  input: CaptureInput | IdentifyInput,
  identified: Identified,
  copied: Copied | undefined,
  isWhole?: boolean,
) => Prepared;

// The most bytes that a character of JSON takes: `\u001f`.
const bytesPerCharacter = 6;
// The names of fields, a time and a source.
const sizeAround = 160;

export function createFinish(
  options: Pick<AdapterOptions, 'context' | 'platformContext' | 'source' | 'hashTraits'>,
  { clock, byteLength }: Platform,
  rows: Contract['rows'],
  allowed: Allowed | undefined,
  consent: () => ConsentSnapshot | undefined,
  report: Reporter['report'],
): FinishMessage {
  const copyContext = createContextCopy(allowed);
  const context = withContext(options.platformContext, options.context, (cause) =>
    report('callback', 'context threw; events are sent without it', cause),
  );
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

  const isTooLarge = (content: object): boolean => byteLength(jsonText(content)) > maxMessageBytes;

  function reportLeftOut(name: string, leftOut: readonly Problem[]): void {
    const code = leftOut.some((problem) => problem.code === 'personal') ? 'personal_data' : 'left_out';
    report(code, `${name} goes without: ${leftOut.map(inWords).join('; ')}`);
  }

  return (kind, name, input, identified, copied, isWhole = false) => {
    const { event_id, user_id, anonymous_id, priority, isNamed } = identified;
    const { account_id, source = isWhole ? undefined : options.source } = input;
    const { consent: said } = input;
    const own = said && ownConsent(said);
    const snapshot = own ?? (isWhole ? undefined : consent());
    const captured_at = clock.now();
    const time = input.occurred_at === undefined ? undefined : readInstant(input.occurred_at, captured_at);
    const about = copyContext(input.context, isWhole ? undefined : context?.());
    const problem =
      (time?.fault === undefined ? undefined : problemAt('occurred_at', time.fault)) ??
      problemOfPerson('user_id', user_id) ??
      problemOfPerson('anonymous_id', anonymous_id) ??
      problemOfPerson('account_id', account_id) ??
      about?.problems?.[0] ??
      problemOfConsent(said) ??
      // A getter may say something else each time.
      problemOfConsent(own) ??
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
  };
}

const tooLarge = (path: string): Problem => problemAt(path, 'is over 40 KiB in total', 'too_large');

const problemOfPerson = (field: string, id: unknown): Problem | undefined =>
  id === undefined ? undefined : problemOfPersonId(id, field);
