import type { KeyValue } from '@tracklayer/core';
import type { BusinessContent } from '@tracklayer/core/adapter';
import { expect, test } from 'vitest';
import { createPageLedger, type PageLedger } from '../src/platform/ledger.ts';

const day = 86_400_000;
const order = (value: number, user_id?: string): BusinessContent => ({ properties: { value }, user_id });

/** What tabs of one origin share: two ledgers over it are two tabs. */
function createOrigin(): { values: KeyValue; kept: Map<string, string>; open(now?: number): PageLedger } {
  const kept = new Map<string, string>();
  let pages = 0;
  const values: KeyValue = {
    get: (key) => kept.get(key),
    set: (key, value) => void kept.set(key, value),
    remove: (key) => void kept.delete(key),
  };
  return {
    values,
    kept,
    open(now = 0) {
      const ledger = createPageLedger(values, () => now, `page_${++pages}`);
      ledger.allow(true);
      return ledger;
    },
  };
}

/** Sightings are written at the end of the task. */
const endOfTask = (): Promise<void> => Promise.resolve();

test('P-3 a business id that one tab saw is known to the others', async () => {
  const origin = createOrigin();
  const [first, second] = [origin.open(), origin.open()];
  expect(first.see('ord_1_purchase', order(1))).toBe('new');
  expect(first.see('ord_1_purchase', order(1))).toBe('same');
  await endOfTask();
  expect(second.see('ord_1_purchase', order(1))).toBe('same');
  expect(second.see('ord_2_purchase', order(1))).toBe('new');
  await endOfTask();
  expect(first.see('ord_2_purchase', order(1))).toBe('same');
});

test('P-3 of two tabs that captured the same order back to back, the one that wrote last sends it', async () => {
  const origin = createOrigin();
  const [first, second] = [origin.open(), origin.open()];
  expect(first.see('ord_1_purchase', order(1))).toBe('new');
  expect(second.see('ord_1_purchase', order(1))).toBe('new');
  await endOfTask();
  expect(first.isElsewhere('ord_1_purchase', order(1))).toBe(true);
  expect(second.isElsewhere('ord_1_purchase', order(1))).toBe(false);
  // What says something else is sent all the same.
  expect(first.isElsewhere('ord_1_purchase', order(2))).toBe(false);
  second.forget('ord_1_purchase');
  await endOfTask();
  expect(first.isElsewhere('ord_1_purchase', order(1))).toBe(false);
});

test('W-4 a later person completes a sighting; other properties or another person contradict it', async () => {
  const origin = createOrigin();
  origin.open().see('ord_1_purchase', order(1));
  await endOfTask();
  const later = origin.open();
  expect(later.see('ord_1_purchase', order(1, 'cust_1'))).toBe('fuller');
  expect(later.see('ord_1_purchase', order(1))).toBe('same');
  expect(later.see('ord_1_purchase', order(1, 'cust_2'))).toBe('different');
  expect(later.see('ord_1_purchase', order(2, 'cust_2'))).toBe('different');
});

test('P-5 only hashes are kept of what an event said', async () => {
  const origin = createOrigin();
  origin.open().see('ord_1_purchase', order(129.95, 'cust_2048'));
  await endOfTask();
  expect([...origin.kept.values()].join()).not.toMatch(/129|cust/);
});

test('the newest 500 ids are remembered, for 30 days', async () => {
  const origin = createOrigin();
  const ledger = origin.open();
  for (let n = 0; n <= 500; n++) ledger.see(`ord_${n}_purchase`, order(n));
  await endOfTask();
  expect(origin.open(29 * day).see('ord_1_purchase', order(1))).toBe('same');
  expect(origin.open(31 * day).see('ord_2_purchase', order(2))).toBe('new');
  expect(origin.open().see('ord_0_purchase', order(0))).toBe('new');
});

test('an event that did not make it is the first again', async () => {
  const origin = createOrigin();
  const ledger = origin.open();
  ledger.see('ord_1_purchase', order(1));
  ledger.forget('ord_1_purchase');
  await endOfTask();
  expect(origin.open().see('ord_1_purchase', order(1))).toBe('new');
});

test('P-5 nothing is written before it is allowed, nor after it was cleared', async () => {
  const origin = createOrigin();
  const ledger = createPageLedger(origin.values, () => 0, 'page_1');
  ledger.see('ord_1_purchase', order(1));
  await endOfTask();
  expect(origin.kept.size).toBe(0);
  ledger.allow(true);
  expect(origin.kept.size).toBe(1);
  ledger.see('ord_2_purchase', order(1));
  ledger.clear();
  ledger.allow(false);
  await endOfTask();
  expect(origin.kept.size).toBe(0);
});

test('W-4 a property more completes a sighting, also for a tab that reads it from storage', async () => {
  const origin = createOrigin();
  const ledger = origin.open();
  ledger.see('a', { properties: { value: 1 } });
  expect(ledger.see('a', { properties: { value: 1, coupon: 'SPRING' } })).toBe('fuller');
  await endOfTask();
  expect(origin.open().see('a', { properties: { value: 1, coupon: 'SPRING' } })).toBe('same');
  expect(origin.open().see('a', { properties: { value: 1, coupon: 'SPRING', tax: 2 } })).toBe('fuller');
  expect(origin.open().see('a', { properties: { value: 2 } })).toBe('different');
});

test.each(['a', 'a ', 'a x page_1 1 2 3', 'a 0 page_1 1', ' 0 page_1 1 2 3', '\n\n', 'null'])(
  'P-4 what somebody else wrote into storage is no sighting: %j',
  (text) => {
    const origin = createOrigin();
    origin.values.set('ledger', text);
    expect(origin.open().see('a', order(1))).toBe('new');
  },
);
