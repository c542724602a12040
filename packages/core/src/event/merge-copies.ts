import { isFields } from './is-fields.ts';
import { inMinorUnits } from './currency.ts';
import type { JsonObject, WireEvent } from './event.ts';
import { jsonText } from './json-text.ts';
import { maxMessageBytes } from './limits.ts';

/** What a later copy of an event does to the first one. */
export interface MergedCopies {
  /** The first copy with what it left absent filled in. */
  event: WireEvent;
  /** Paths of fields that both have and that contradict each other: `user_id`, `properties.value`. */
  conflicts: readonly string[];
}

/**
 * Joins a later copy to the first one (docs/wire.md W-4). What is there stays; what is absent is filled, so that the
 * browser's click ids and the server's customer id meet in one order. A copy that came with a key beats what a page
 * said, also when the page was first: or anybody could claim an order at 0.01 before it is paid.
 *
 * @param key_properties - properties that make the event's id, as `keyProperties` returns them.
 */
export function mergeCopies(
  first: WireEvent,
  later: WireEvent,
  key_properties: readonly string[],
): MergedCopies {
  const conflicts = conflictsOf(first, later, key_properties);
  // Another milestone or another person under one id is too coarse an id. Its ids and clicks are not this event's.
  const isSameThing = !conflicts.some(
    (path) => path !== 'properties.value' && path !== 'properties.currency',
  );
  const beatsPage = isFromPage(first) && !isFromPage(later);
  if (!isSameThing) return { event: beatsPage ? later : first, conflicts };
  if (!beatsPage) return { event: fill(first, later), conflicts };
  const via = isConfirmed(first, later, key_properties) ? undefined : 'browser';
  const event = fill(later, first);
  return { event: { ...event, context: { ...event.context, via: later.context?.via ?? via } }, conflicts };
}

/** Whose word it is: the first-party endpoint marks what a page said, whatever the page says of itself (W-9). */
const isFromPage = ({ context }: WireEvent): boolean => context?.via === 'browser';

/** Whether nothing that counts is left of the page's own word, so that no later copy with a key need beat it. */
function isConfirmed(page: WireEvent, keyed: WireEvent, key_properties: readonly string[]): boolean {
  const names = [...key_properties, 'value', 'currency'];
  return names.every((name) => page.properties?.[name] == null || keyed.properties?.[name] != null);
}

/** Whether a field that both copies have and that counts differs (docs/wire.md W-4). */
export const isConflict = (first: WireEvent, later: WireEvent, key_properties: readonly string[]): boolean =>
  conflictsOf(first, later, key_properties).length > 0;

function conflictsOf(first: WireEvent, later: WireEvent, key_properties: readonly string[]): string[] {
  const [before = {}, now = {}] = [first.properties, later.properties];
  const names = [...new Set([...key_properties, 'currency'])].filter((name) => name !== 'value');
  const others = names.filter((name) => isOther(before[name], now[name]));
  if (isOtherAmount(before, now)) others.push('value');
  return [
    ...(first.event === later.event ? [] : ['event']),
    ...(isOther(first.user_id, later.user_id) ? ['user_id'] : []),
    ...others.map((name) => `properties.${name}`),
  ];
}

/** `0.1 + 0.2` and `0.3` are one amount: what counts is the currency's smallest coin. */
function isOtherAmount(before: JsonObject, now: JsonObject): boolean {
  const [first, later] = [before['value'], now['value']];
  if (typeof first !== 'number' || typeof later !== 'number') return isOther(first, later);
  const currency = before['currency'] ?? now['currency'];
  return inMinorUnits(first, currency) !== inMinorUnits(later, currency);
}

function fill(first: WireEvent, later: WireEvent): WireEvent {
  const known: WireEvent = {
    ...first,
    user_id: first.user_id ?? later.user_id,
    anonymous_id: first.anonymous_id ?? later.anonymous_id,
    account_id: first.account_id ?? later.account_id,
    consent: first.consent ?? later.consent,
  };
  const filled: WireEvent = {
    ...known,
    properties: fillKeys(first.properties, later.properties),
    context: fillDeep(first.context as JsonObject | undefined, later.context as JsonObject | undefined),
  };
  // Copies that go on adding properties do not grow an event beyond what one may be (docs/wire.md §7).
  return new TextEncoder().encode(jsonText(filled)).byteLength > maxMessageBytes ? known : filled;
}

const fillKeys = (first: JsonObject | undefined, later: JsonObject | undefined) =>
  first && later ? { ...first, ...later, ...first } : (first ?? later);

/** Like {@link fillKeys}, one level further too: `context.click_ids` may come from both sides. */
function fillDeep(first: JsonObject | undefined, later: JsonObject | undefined): JsonObject | undefined {
  if (!first || !later) return first ?? later;
  const inner = Object.entries(first)
    .filter(([name, value]) => isFields(value) && Object.hasOwn(later, name) && isFields(later[name]))
    .map(([name, value]) => [name, fillKeys(value as JsonObject, later[name] as JsonObject)]);
  return { ...fillKeys(first, later), ...(Object.fromEntries(inner) as JsonObject) };
}

/** Both are there and differ. `10492` and `"10492 "` make one id (W-6), so they are one value here too. */
function isOther(first: unknown, later: unknown): boolean {
  return first != null && later != null && normal(first) !== normal(later);
}

const normal = (value: unknown): string =>
  typeof value === 'string' ? value.normalize('NFC').trim() : jsonText(value);
