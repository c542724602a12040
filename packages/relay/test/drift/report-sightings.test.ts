import { createCaptureHandler, createNodeClient } from '@tracklayer/node';
import { expect, onTestFinished, test } from 'vitest';
import { createSqliteStore, serveRelay } from '../../src/index.ts';

const key = 'tlk_test_0123456789abcdef';

test('W-38 what a page and a server saw is counted by the relay', async () => {
  const store = createSqliteStore({ path: ':memory:' });
  const scopes = ['events:write'] as const;
  const keys = [{ environment: 'production', secret: key, scopes }];
  const relay = await serveRelay({ store, keys, port: 0 });
  onTestFinished(() => relay.close());
  const client = createNodeClient({ endpoint: relay.url, key });
  const handler = createCaptureHandler({ client });
  const seen = { source: 'heap', source_event: 'Order Completed 🛒', count: 2 };
  const page = new Request('https://shop.example.com/tl/api/drift', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sightings: [seen] }),
  });
  expect((await handler(page)).status).toBe(202);
  expect(await client.reportSightings([{ ...seen, count: 3 }])).toBe(true);
  expect(await store.labels('production', '2026-11-01')).toMatchObject([{ ...seen, count: 5 }]);
  const stranger = createNodeClient({ endpoint: relay.url, key: 'tlk_other_0123456789abcdef' });
  expect(await stranger.reportSightings([seen])).toBe(false);
});
