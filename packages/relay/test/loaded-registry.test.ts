import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCaptureHandler, createNodeClient, loadRegistry, type RegistryEntry } from '@tracklayer/node';
import { createHeapWebhookHandler } from '@tracklayer/node/heap';
import { expect, onTestFinished, test } from 'vitest';
import { runCli } from '../src/cli/run-cli.ts';
import { createSqliteStore, serveRelay } from '../src/index.ts';
import { paidOrder } from './events.ts';
import { heapEntry } from './registry/entries.ts';
import { temporaryFolder } from './temporary-folder.ts';

const key = 'tlk_test_0123456789abcdef';
const eventSecret = 'heap_event_webhooks';

async function backend() {
  const scopes = ['events:write', 'events:read', 'registry:write'] as const;
  const keys = [{ environment: 'production', secret: key, scopes }];
  const relay = await serveRelay({ store: createSqliteStore({ path: ':memory:' }), keys, port: 0 });
  const client = createNodeClient({ endpoint: relay.url, key });
  onTestFinished(async () => {
    await client.close();
    await relay.close();
  });
  // Every use looks again.
  const registry = await loadRegistry({ endpoint: relay.url, key, refreshIntervalMs: 0 });
  const endpoint = createCaptureHandler({ client, registry, resolveUser: () => 'cust_2048' });
  const webhooks = createHeapWebhookHandler({ client, registry, eventSecret });
  const post = (path: string, body: object, authorization = ''): Request =>
    new Request(`https://shop.example.com${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify(body),
    });

  return {
    registry,
    page: async () => (await endpoint(post('/tl/api/capture', paidOrder()))).status,
    async webhook(event: string): Promise<unknown> {
      const properties = { order_id: 'ord_7', value: 10, currency: 'EUR' };
      const body = { event, identity: 'cust_2048', ...properties };
      return (await webhooks(post('/heap', body, `Bearer ${eventSecret}`))).json();
    },
    push(...entries: RegistryEntry[]) {
      const path = join(temporaryFolder(), 'registry.json');
      writeFileSync(path, JSON.stringify(entries));
      const argv = ['registry', 'push', path, '--allow-breaking', '--url', relay.url, '--key', key];
      const silent = (): void => undefined;
      return runCli(argv, { env: {}, print: silent, printError: silent, fetch, now: Date.now });
    },
  };
}

test('W-32 what is pushed reaches the endpoint and the webhooks of a backend that runs', async () => {
  const { registry, page, webhook, push } = await backend();
  expect(registry.entries).toEqual([]);
  expect(await page()).toBe(422);
  expect(await webhook('Order Completed')).toEqual({ status: 'unmapped', source_event: 'Order Completed' });

  expect(await push(heapEntry())).toBe(0);
  await expect.poll(() => registry.entries).toHaveLength(1);
  expect(await page()).toBe(200);
  expect(await webhook('Order Completed')).toEqual({ status: 'captured', event_id: 'ord_7_purchase' });
  expect(await webhook('order completed')).toMatchObject({ expected: 'Order Completed' });

  await push(heapEntry({ status: 'draft' }));
  await expect.poll(() => registry.entries[0]?.status).toBe('draft');
  expect(await page()).toBe(422);
  expect(await webhook('Order Completed')).toMatchObject({ status: 'draft' });
});
