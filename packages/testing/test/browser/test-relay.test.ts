import { setupWorker } from 'msw/browser';
import { expect, onTestFinished, test } from 'vitest';
import { createClient } from '@tracklayer/core';
import { defaultPlatform } from '@tracklayer/core/adapter';
import { createHttpTransport } from '@tracklayer/core/http';
import { assertCapturedOnce, createTestRelay, paidOrder } from '@tracklayer/testing';

test('P-3 in a page, by its own worker: faults, retries, one purchase', async () => {
  const worker = setupWorker();
  await worker.start({ quiet: true, onUnhandledFrame: 'bypass' });
  const relay = await createTestRelay({ msw: worker });
  onTestFinished(async () => {
    await relay.close();
    await worker.stop();
  });
  const client = createClient({
    transport: createHttpTransport({ endpoint: relay.endpoint }),
    platform: { ...defaultPlatform(), random: () => 0 },
  });
  relay.answer(503);
  relay.cut();
  relay.truncated();
  client.capture(paidOrder());
  expect(await client.flush()).toMatchObject({ duplicate: 1, pending: 0 });
  expect(relay.requests.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4]);
  await assertCapturedOnce(relay, 'purchase', { order_id: 'ord_10492' });
});

test('a page without a worker fails with what to pass', async () => {
  await expect(createTestRelay()).rejects.toThrow('[invalid_options] a page needs its own service worker');
  await expect(createTestRelay({ port: 0 })).rejects.toThrow('[invalid_options] a port needs Node.js');
});
