import { createLedger } from '@tracklayer/core/adapter';
import { expect, test } from 'vitest';

const content = { properties: { value: 1 } };

test('P-3 the memory ledger knows the newest ids of its size over two generations, and forgets older ones', () => {
  const ledger = createLedger(3);
  for (const id of ['a', 'b', 'c', 'd', 'e']) expect(ledger.see(id, content)).toBe('new');
  // a, b and c are the older generation, and still known.
  for (const id of ['a', 'b', 'c']) expect(ledger.see(id, content)).toBe('same');
  ledger.see('f', content);
  expect(ledger.see('a', content)).toBe('new');
});

test('P-3 an id that was forgotten is the first again, in either generation', () => {
  const ledger = createLedger(2);
  for (const id of ['a', 'b', 'c']) ledger.see(id, content);
  ledger.forget('a');
  ledger.forget('c');
  expect(ledger.see('b', content)).toBe('same');
  expect(ledger.see('a', content)).toBe('new');
  expect(ledger.see('c', content)).toBe('new');
});

test('W-4 what was captured first stands: another amount is different, a person completes', () => {
  const ledger = createLedger(10);
  ledger.see('a', content);
  expect(ledger.see('a', { properties: { value: 2 } })).toBe('different');
  expect(ledger.see('b', content)).toBe('new');
  expect(ledger.see('b', { ...content, user_id: 'u_1' })).toBe('fuller');
  expect(ledger.see('b', { ...content, user_id: 'u_2' })).toBe('different');
});

test('W-4 copies that complete each other are sent and are not a conflict: a property more, or in another order', () => {
  const ledger = createLedger(10);
  const order = { order_id: 'ord_1', value: 129.95, currency: 'EUR' };
  ledger.see('a', { properties: order });
  expect(ledger.see('a', { properties: { ...order, coupon: 'SPRING' } })).toBe('fuller');
  expect(ledger.see('a', { properties: { currency: 'EUR', value: 129.95, order_id: 'ord_1' } })).toBe(
    'fuller',
  );
  expect(ledger.see('a', { properties: { order_id: 'ord_1' } })).toBe('fuller');
  ledger.see('b', { properties: order });
  expect(ledger.see('b', { properties: { ...order, currency: 'USD' } })).toBe('different');
  expect(ledger.see('b', { properties: { ...order, value: 0.1 + 0.2 } })).toBe('different');
  expect(ledger.see('b', { properties: { ...order, value: 0.3 } })).toBe('same');
});
