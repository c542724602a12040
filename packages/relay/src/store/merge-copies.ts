import type { JsonObject, WireEvent } from '@tracklayer/core';
import { maxMessageBytes } from '@tracklayer/core/adapter';
import type { ReceivedEvent } from './store.ts';

/** What a later copy of an event does to the first one. */
export interface MergedCopies {
  /** The first copy with what it left absent filled in. */
  event: WireEvent;
  /** Fields that both have and that contradict each other, as paths. */
  conflicts: readonly string[];
}

/**
 * Joins a later copy to the first one (docs/wire.md W-4). What is there stays; what is absent is filled, so that the
 * browser's click ids and the server's customer id meet in one order.
 */
export function mergeCopies(
  first: WireEvent,
  { event: later, key_properties }: Pick<ReceivedEvent, 'event' | 'key_properties'>,
): MergedCopies {
  const conflicts = [
    ...(first.event === later.event ? [] : ['event']),
    ...(isOther(first.user_id, later.user_id) ? ['user_id'] : []),
    ...[...new Set([...key_properties, 'value', 'currency'])]
      .filter((name) => isOther(first.properties?.[name], later.properties?.[name]))
      .map((name) => `properties.${name}`),
  ];
  // Another milestone or another person under one id is too coarse an id. Its ids and clicks are not this event's.
  const isSameThing = !conflicts.some(
    (path) => path !== 'properties.value' && path !== 'properties.currency',
  );
  return { event: isSameThing ? fill(first, later) : first, conflicts };
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
  // Copies that go on adding properties do not grow it further.
  return Buffer.byteLength(JSON.stringify(filled)) > maxMessageBytes ? known : filled;
}

const fillKeys = (first: JsonObject | undefined, later: JsonObject | undefined) =>
  first && later ? { ...first, ...later, ...first } : (first ?? later);

/** Like {@link fillKeys}, one level further too: `context.click_ids` may come from both sides. */
function fillDeep(first: JsonObject | undefined, later: JsonObject | undefined): JsonObject | undefined {
  if (!first || !later) return first ?? later;
  const inner = Object.entries(first)
    .filter(([name, value]) => isObject(value) && Object.hasOwn(later, name) && isObject(later[name]))
    .map(([name, value]) => [name, fillKeys(value as JsonObject, later[name] as JsonObject)]);
  return { ...fillKeys(first, later), ...(Object.fromEntries(inner) as JsonObject) };
}

/** Both are there and differ. `10492` and `"10492 "` make one id (W-6), so they are one value here too. */
function isOther(first: unknown, later: unknown): boolean {
  return first != null && later != null && normal(first) !== normal(later);
}

const normal = (value: unknown): string =>
  typeof value === 'string' ? value.normalize('NFC').trim() : JSON.stringify(value);

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
