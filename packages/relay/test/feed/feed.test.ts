import { expect, onTestFinished, test } from 'vitest';
import type { Answered } from '../../src/answered.ts';
import { createFeed, type FeedItem } from '../../src/feed/feed.ts';
import { createSqliteStore, serveRelay } from '../../src/index.ts';
import { paidOrder } from '../events.ts';

const answered = (event_id: string, environment = 'production'): Answered => ({
  environment,
  kind: 'capture',
  event_id,
  event: 'purchase',
  status: 'accepted',
  conflict: false,
  errors: [],
  received_at: 0,
});

function watched(after?: number) {
  const feed = createFeed();
  for (let count = 1; count <= 2_500; count++) feed.push(answered(`e_${count}`));
  const items: FeedItem[] = [];
  const { isCut, stop } = feed.watch('production', after, (item) => void items.push(item));
  return { feed, items, isCut, stop };
}

test('W-41 a watcher gets what comes from now on, of its environment', () => {
  const { feed, items, isCut, stop } = watched();
  feed.push(answered('new'));
  feed.push(answered('elsewhere', 'staging'));
  stop();
  feed.push(answered('late'));
  expect([isCut, items.map(({ event_id }) => event_id)]).toEqual([false, ['new']]);
});

test('W-41 who comes back gets what came meanwhile', () => {
  const { items, isCut } = watched(2_498);
  expect([isCut, items.map(({ seq }) => seq)]).toEqual([false, [2_499, 2_500]]);
});

test.each([1, 9_999])(
  'W-41 a watcher that was away for too long, or before a restart, learns of it: %i',
  (after) => {
    const { items, isCut } = watched(after);
    expect(isCut).toBe(true);
    expect(items.length).toBeGreaterThanOrEqual(1_000);
  },
);

test('W-41 a watcher that comes back after a restart learns of it, however much came since', () => {
  const before = createFeed(1_000);
  before.push(answered('before'));
  const numbers: number[] = [];
  before.watch('production', 0, ({ seq }) => void numbers.push(seq));
  const after = createFeed(2_000);
  for (let count = 1; count <= 10; count++) after.push(answered(`after_${count}`));
  const items: FeedItem[] = [];
  const { isCut } = after.watch('production', numbers[0], (item) => void items.push(item));
  expect([isCut, items.length]).toEqual([true, 10]);
});

test('W-41 the stream shows what was answered, needs a key, and ends with the relay', async () => {
  const secret = 'tlk_test_0123456789abcdef';
  const keys = [{ environment: 'production', secret }];
  // It need not wait for a stream: a console that is left open does not hold a relay that stops.
  const shutdownTimeoutMs = 3_600_000;
  const store = createSqliteStore({ path: ':memory:' });
  const relay = await serveRelay({ store, keys, port: 0, shutdownTimeoutMs });
  onTestFinished(() => relay.close());
  expect((await fetch(`${relay.url}/api/stream`)).status).toBe(401);
  const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
  const stream = await fetch(`${relay.url}/api/stream`, { headers });
  expect(stream.headers.get('content-type')).toBe('text/event-stream');
  const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const readUntil = async (words: string): Promise<void> => {
    while (!text.includes(words)) text += (await reader.read()).value ?? '';
  };
  await readUntil('event: open');
  await fetch(`${relay.url}/api/capture`, { method: 'POST', headers, body: JSON.stringify(paidOrder()) });
  await readUntil('ord_10492_purchase');
  expect(text).toMatch(/id: \d{15}\nevent: answered\ndata: \{"items":\[\{/);
  // A person's ids are not told (P-5).
  expect(text).not.toContain('cust_2048');
  await relay.close();
  while (!(await reader.read()).done);
});
