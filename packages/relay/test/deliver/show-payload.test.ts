import { expect, test } from 'vitest';
import { showPayload } from '../../src/deliver/show-payload.ts';
import { paidOrder } from '../events.ts';

const event = { ...paidOrder({ event_id: 'ord_1' }), occurred_at: '2026-11-23T10:15:30.500Z' };
const shown = (payload: Parameters<typeof showPayload>[0]): unknown =>
  JSON.parse(showPayload(payload, event, 'Purchase'));

test('W-42 a payload is shown with its fields, and with those values that the event itself has', () => {
  expect(
    shown({
      event_name: 'Purchase',
      event_id: 'ord_1',
      event_time: 1_795_428_930,
      timestamp_micros: 1_795_428_930_500_000,
      custom_data: { value: 129.95, amount: '129.95', currency: 'EUR', is_test: false, none: null },
    }),
  ).toEqual({
    event_name: 'Purchase',
    event_id: 'ord_1',
    event_time: 1_795_428_930,
    timestamp_micros: 1_795_428_930_500_000,
    custom_data: { value: 129.95, amount: '129.95', currency: 'EUR', is_test: false, none: null },
  });
});

test('W-42 whatever else a payload holds is shown by its kind alone', () => {
  const payload = {
    em: ['a'.repeat(64)],
    name: 'Jane',
    ip: '198.51.100.7',
    lifetime_value: 1_204,
    user: { id: 'cust_2048' },
  };
  expect(shown(payload)).toEqual({
    em: ['[hash]'],
    name: '[text]',
    ip: '[text]',
    lifetime_value: '[number]',
    user: { id: '[text]' },
  });
});

test('W-42 an address in a property is not shown, and a long payload is cut', () => {
  const odd = { ...event, properties: { note: 'jane@example.com' } };
  expect(showPayload({ note: 'jane@example.com' }, odd, undefined)).toBe('{"note":"[text]"}');
  expect(showPayload({ list: Array.from({ length: 5_000 }, () => 'x') }, event, undefined)).toHaveLength(
    4_000,
  );
});
