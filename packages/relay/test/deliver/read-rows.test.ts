import { expect, test } from 'vitest';
import { configureDestinations } from '../../src/deliver/configured.ts';
import { readRows } from '../../src/deliver/read-rows.ts';
import { settledBy } from '../../src/deliver/outcome.ts';
import type { LeasedDelivery, Store } from '../../src/index.ts';
import { paidOrder } from '../events.ts';

const day = 86_400_000;
const now = Date.parse('2026-11-27T08:00:00.000Z');
const event = { ...paidOrder(), occurred_at: new Date(now - 20 * day).toISOString() };
const store = {
  eventsById: async () => [{ event, status: 'accepted', received_at: event.occurred_at }],
  people: async () => [{ user_id: null, anonymous_ids: [], traits: {}, seen: {}, is_over_linked: false }],
} as unknown as Store;
const [configured] = configureDestinations(
  { webhook: { url: 'https://example.test/hook', secret: 's'.repeat(32) } },
  ['production'],
);
const row: LeasedDelivery = {
  environment: 'production',
  event_id: event.event_id,
  destination: 'webhook',
  person: null,
  event: event.event,
  planned_at: now - 20 * day,
  attempts: 0,
  note: null,
};

/** What becomes of a row before anything is sent: sent, asked about, or the reason why neither. */
async function fateOf(note: LeasedDelivery['note'], at = now): Promise<string> {
  if (!configured) throw new Error('there is one destination');
  let fate = '';
  const { ready, asked } = await readRows(
    [{ ...row, note }],
    { store, configured, now: () => at },
    (_, status, reason) => (fate = `${status} ${reason}`),
  );
  return fate || (ready.length > 0 ? 'sent' : asked.size > 0 ? 'asked' : 'nothing');
}

test('P-1 what is replayed after two weeks is tried, and given up two weeks after its first try', async () => {
  expect(await fateOf(null)).toBe('sent');
  const { note = null } = settledBy(row, { class: 'retry' }, { now, random: () => 0 });
  expect(await fateOf(note, now + 13 * day)).toBe('sent');
  expect(await fateOf(note, now + 15 * day)).toMatch(/^failed gave_up/);
});

test('P-1 a platform that never says what became of a request is asked for two weeks', async () => {
  const asked = { ref: 'r1', place: 0, since: now };
  expect(await fateOf(asked, now + 13 * day)).toBe('asked');
  expect(await fateOf(asked, now + 15 * day)).toMatch(/^failed gave_up/);
});
