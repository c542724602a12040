import { expect, test } from 'vitest';
import { createSqliteStore, type Store } from '../../src/index.ts';
import { forgetOld } from '../../src/retention/retention.ts';
import { paidOrder } from '../events.ts';

const dayMs = 86_400_000;
const start = Date.parse('2026-01-01T00:00:00.000Z');
const days = { events: 400, identifies: 400, reports: 400, network: 30 };

async function capturedAt(store: Store, at: number, event_id: string): Promise<void> {
  const event = {
    ...paidOrder({ event_id, context: { ip: '203.0.113.7' } }),
    occurred_at: new Date(at).toISOString(),
  };
  const messages = [{ event, key_properties: ['order_id'] }];
  await store.capture({ environment: 'production', received_at: at, messages });
}

test('W-4 events are forgotten after their days, addresses before, by one relay at a time', async () => {
  const store = createSqliteStore({ path: ':memory:' });
  await capturedAt(store, start, 'old');
  await capturedAt(store, start + 375 * dayMs, 'middle');
  await capturedAt(store, start + 400 * dayMs, 'new');
  const now = () => start + 401 * dayMs + 1;
  expect(await Promise.all([forgetOld({ store, days, now }), forgetOld({ store, days, now })])).toEqual([
    true,
    false,
  ]);
  const { events } = await store.events('production', { limit: 10 });
  expect(events.map(({ event }) => [event.event_id, event.context])).toEqual([
    ['new', { ip: '203.0.113.7' }],
    ['middle', { ip: '203.0.113.7' }],
  ]);
  expect(await forgetOld({ store, days, now: () => now() + 3_599_999 })).toBe(false);
  expect(await forgetOld({ store, days, now: () => now() + 10 * dayMs })).toBe(true);
  const later = (await store.events('production', { limit: 10 })).events;
  expect(later.map(({ event }) => event.context)).toEqual([{ ip: '203.0.113.7' }, {}]);
  await store.close();
});
