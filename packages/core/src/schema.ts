import { isFields } from './event/is-fields.ts';
import { builtIn, type Contract } from './contract/contract.ts';
import { copyJson, plainSlot, type Allowed, type Copied } from './contract/light/copy-json.ts';
import { fit } from './contract/light/fit.ts';
import { createSlots } from './contract/light/slot.ts';
import { problemOfConsent, problemOfEventId, problemOfNobody, problemOfSource } from './event/envelope.ts';
import type { WireEvent, WireIdentify } from './event/event.ts';
import { readInstant } from './event/instant.ts';
import { kindOf, problemAt, type Problem } from './event/problem.ts';
import { problemOfPersonId } from './identity/person-id.ts';

export { eventJsonSchema, jsonSchemas, type JsonSchemas } from './json-schemas.ts';
export type { JsonSchema } from './event/json-schema.ts';

/** Options of {@link parseEvent} and {@link parseIdentify}. */
interface ParseOptions {
  /**
   * The server's clock, in milliseconds since 1970: times before 2015 or over a day ahead are refused. Default: only what
   * is no real time is.
   */
  now?: number | undefined;
  /** When the client sent it, on its own clock, where the batch says so: its other times are as wrong as that one (W-13). */
  sent_at?: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

// A relay takes what a client let through on purpose (docs/wire.md W-18): what may leave is the client's to say.
const everything: Allowed = { has: () => true };
const ofTraits = createSlots(() => undefined, []);

/**
 * Reads one event of `POST /api/capture` in full: names, ids, times, the event's required properties and every
 * property's type (docs/wire.md W-10). It asks what `capture()` asks, and what `capture()` would leave out is wrong here.
 *
 * @param body - the event as `JSON.parse` gave it.
 * @param options - `events`: yours, by `defineEvents`. Default: the built-in ones.
 * @returns the event with its properties as they count (a currency in upper case), or every wrong field; messages never
 *   hold a value.
 */
export function parseEvent(
  body: unknown,
  { events = builtIn, ...options }: ParseOptions & { events?: Contract | undefined } = {},
): { event: WireEvent } | { errors: Problem[] } {
  if (!isFields(body)) return { errors: [notAnObject(body)] };
  const { event, properties } = body;
  const copied = events.check(event, properties, everything);
  const errors = [
    ...problemsAround(body, options),
    ...[problemOfEventId(body['event_id'])].filter((problem) => problem !== undefined),
    ...problemsOf(copied),
  ];
  if (errors.length > 0) return { errors };
  const parsed: unknown = properties === undefined ? body : { ...body, properties: copied.values };
  return { event: parsed as WireEvent };
}

/** The same for one identify of `POST /api/identify` (docs/wire.md W-16). */
export function parseIdentify(
  body: unknown,
  options: ParseOptions = {},
): { identify: WireIdentify } | { errors: Problem[] } {
  if (!isFields(body)) return { errors: [notAnObject(body)] };
  const { traits, event_id } = body;
  const errors = problemsAround(body, options);
  if (event_id !== undefined) errors.push(...[problemOfEventId(event_id)].filter((one) => one !== undefined));
  if (traits !== undefined) errors.push(...problemsInside(traits, 'traits'));
  return errors.length > 0 ? { errors } : { identify: body };
}

/** What is wrong around `properties` and `traits`. */
function problemsAround(body: Fields, { now, sent_at }: ParseOptions): Problem[] {
  const { user_id, anonymous_id, account_id, source, occurred_at, context, consent } = body;
  const sent = readInstant(body['sent_at'] ?? sent_at);
  // On the client's own clock: a page whose clock stands in 2010 says so in both times.
  const itsNow = now === undefined || sent.fault !== undefined ? now : sent.at;
  const byItsClock = problemOfTime('occurred_at', occurred_at, itsNow);
  // It may have been set back while the message waited.
  const byOurClock = byItsClock && problemOfTime('occurred_at', occurred_at, now);
  const problems = [
    problemOfNobody(user_id, anonymous_id),
    problemOfPerson('user_id', user_id),
    problemOfPerson('anonymous_id', anonymous_id),
    problemOfPerson('account_id', account_id),
    problemOfSource(source),
    byOurClock && byItsClock,
    problemOfTime('sent_at', body['sent_at'], undefined),
    problemOfConsent(consent),
  ].filter((problem) => problem !== undefined);
  return context === undefined ? problems : [...problems, ...problemsInside(context, 'context')];
}

function problemsInside(given: unknown, path: 'traits' | 'context'): Problem[] {
  const copied = copyJson(given, path, path === 'traits' ? ofTraits : plainSlot, everything);
  fit(copied, path, () => false);
  return problemsOf(copied);
}

/** JSON holds all that JSON can hold: what would be left out at capture breaks the contract here. */
const problemsOf = ({ problems = [], leftOut = [] }: Copied): Problem[] => [...problems, ...leftOut];

const problemOfPerson = (path: string, id: unknown): Problem | undefined =>
  id === undefined ? undefined : problemOfPersonId(id, path);

function problemOfTime(path: string, time: unknown, now: number | undefined): Problem | undefined {
  if (time === undefined) return undefined;
  // On the wire a time is text (docs/wire.md W-2).
  if (typeof time !== 'string') return problemAt(path, `must be ISO-8601 text, got ${kindOf(time)}`);
  const { fault } = readInstant(time, now);
  return fault === undefined ? undefined : problemAt(path, fault);
}

const notAnObject = (body: unknown): Problem => problemAt('', `must be an object, got ${kindOf(body)}`);
