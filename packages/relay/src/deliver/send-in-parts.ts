import type { JsonObject } from '@tracklayer/core';
import type { Outcome, Reading } from '@tracklayer/destinations';

/** One request and its answer, which is kept redacted. */
export interface Exchanged {
  reading: Reading;
  last?: JsonObject | undefined;
  /** Nothing of the request left. */
  isUnsent?: boolean | undefined;
}

/** How items of one kind are sent and settled. */
export interface Sending<Item> {
  /** Nothing more may be begun. */
  mustStop(): boolean;
  putOff(item: Item): void;
  /** Returns the items that may still be sent, and settles the others. Default: all. */
  inTime?(items: readonly Item[]): readonly Item[];
  /** Sends one request; returns nothing when it must not leave after all. */
  exchange(items: readonly Item[]): Promise<Exchanged | undefined>;
  /** @param isUnknown - the request left, and whether the platform took it is unknown. */
  settle(item: Item, outcome: Outcome, answer: { last: JsonObject | undefined; isUnknown: boolean }): void;
  /** The platform received the request, and is asked later what became of it. */
  ask(item: Item, place: number, ask: { ref: string; afterMs: number }): void;
  /** The platform took something of this lease. */
  hasArrived(): boolean;
}

/** So many refused alone before the first was taken are no accident any more. */
const enoughRefused = 5;

/**
 * Returns what sends items in one request. Where the platform refuses a request for one bad item, the bad one is left
 * out by its place, where the platform names it, and is found by halves where it does not.
 */
export function createSendInParts<Item>(sending: Sending<Item>): (items: readonly Item[]) => Promise<void> {
  let refusedAlone = 0;

  async function send(given: readonly Item[]): Promise<void> {
    if (sending.mustStop()) return given.forEach((item) => sending.putOff(item));
    const items = sending.inTime?.(given) ?? given;
    if (items.length === 0) return;
    const exchanged = await sending.exchange(items);
    if (!exchanged) return;
    const { reading, last, isUnsent = false } = exchanged;
    if ('ask' in reading) return items.forEach((item, place) => sending.ask(item, place, reading.ask));
    if ('each' in reading) {
      const unnamed: Outcome = { class: 'retry', detail: 'the answer has no word of it' };
      return items.forEach((item, place) =>
        sending.settle(item, reading.each[place] ?? unnamed, { last, isUnknown: false }),
      );
    }
    const { all, culprits = [] } = reading;
    if (all.class === 'reject' && items.length > 1) return findBad(items, culprits, { all, last });
    if (all.class === 'reject') refusedAlone += 1;
    const isUnknown = all.class === 'retry' && !isUnsent;
    for (const item of items) sending.settle(item, all, { last, isUnknown });
  }

  async function findBad(
    items: readonly Item[],
    culprits: readonly number[],
    { all, last }: { all: Outcome; last: JsonObject | undefined },
  ): Promise<void> {
    const bad = new Set(culprits);
    if (bad.size > 0 && bad.size < items.length) {
      items.forEach((item, place) => bad.has(place) && sending.settle(item, all, { last, isUnknown: false }));
      return send(items.filter((_, place) => !bad.has(place)));
    }
    if (!sending.hasArrived() && refusedAlone >= enoughRefused) {
      const outcome: Outcome = { class: 'config', detail: `it refuses everything: ${all.detail ?? ''}` };
      for (const item of items) sending.settle(item, outcome, { last, isUnknown: false });
      return;
    }
    const middle = Math.ceil(items.length / 2);
    await send(items.slice(0, middle));
    await send(items.slice(middle));
  }

  return send;
}
