import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createNodeClient } from '@tracklayer/node';
import { createTestRelay } from '@tracklayer/testing';
import { expect, onTestFinished, test } from 'vitest';
import { createApp } from '../app.ts';

const secret = 'whsec_test';
const paid = JSON.stringify({
  type: 'checkout.session.completed',
  created: 1_795_428_930,
  data: {
    object: { id: 'ord_10492', client_reference_id: 'cust_2048', amount_total: 12_995, currency: 'eur' },
  },
});
const sign = (body: string): string =>
  `t=1795428930,v1=${createHmac('sha256', secret).update(`1795428930.${body}`).digest('hex')}`;

async function start(): Promise<{
  relay: Awaited<ReturnType<typeof createTestRelay>>;
  flush: () => Promise<unknown>;
  deliver: (signature: string) => Promise<number>;
}> {
  const relay = await createTestRelay({ port: 0 });
  const tracklayer = createNodeClient({ endpoint: relay.endpoint, key: 'tlk_test' });
  const server = createApp({ tracklayer, secret }).listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  onTestFinished(async () => {
    await tracklayer.close();
    server.close();
    await relay.close();
  });
  return {
    relay,
    flush: () => tracklayer.flush(),
    async deliver(signature) {
      const headers = { 'content-type': 'application/json', 'payment-signature': signature };
      return (
        await fetch(`http://127.0.0.1:${port}/webhooks/payments`, { method: 'POST', body: paid, headers })
      ).status;
    },
  };
}

test('a payment that is delivered three times is one purchase, in major units', async () => {
  const { relay, deliver, flush } = await start();
  for (let delivery = 0; delivery < 3; delivery++) expect(await deliver(sign(paid))).toBe(200);
  await flush();
  expect(relay.events).toMatchObject([
    {
      event_id: 'ord_10492_purchase',
      user_id: 'cust_2048',
      properties: { order_id: 'ord_10492', value: 129.95, currency: 'EUR' },
    },
  ]);
});

test('a payment with a wrong signature is none', async () => {
  const { relay, deliver, flush } = await start();
  expect(await deliver(sign(`${paid} `))).toBe(400);
  await flush();
  expect(relay.events).toEqual([]);
});
