import { defineEvents, hashTraits } from '@tracklayer/core';
import { expect, test } from 'vitest';
import { clientWith } from './client-with.ts';
import { paidOrder } from './events.ts';

const address = 'jane@example.com';
const order = { order_id: 'ord_1', value: 10, currency: 'EUR' };

test.each<[string, object, object]>([
  ['under another name', { contact: address }, {}],
  [
    'nested',
    { form: { fields: [{ name: 'a', value: address }, 'b'] } },
    { form: { fields: [{ name: 'a' }, 'b'] } },
  ],
  ['in a coupon', { coupon: ' Jane@Example.com ' }, {}],
  ['in a URL', { page_url: `https://x.de/?e=jane%40example.com&a=1` }, { page_url: 'https://x.de/?e=*&a=1' }],
])('P-5 W-18 an e-mail address %s is reported and does not leave', async (_, more, rest) => {
  const { client, transport, errors } = clientWith();
  client.capture(paidOrder('ord_1', { properties: { ...order, ...more } }));
  await client.flush();
  expect(transport.delivered).toEqual([expect.objectContaining({ properties: { ...order, ...rest } })]);
  expect(JSON.stringify(transport.requests)).not.toMatch(/jane/i);
  expect(errors).toEqual(['personal_data']);
});

test('P-5 W-18 a context’s URLs leave without the addresses in them', async () => {
  const { client, transport, errors } = clientWith(undefined, {
    context: () => ({ page: { url: `https://shop.example/u/${address}/orders?ref=mail`, title: 'Orders' } }),
  });
  client.capture(paidOrder());
  await client.flush();
  expect(transport.delivered).toMatchObject([
    { context: { page: { url: 'https://shop.example/u/*/orders?ref=mail', title: 'Orders' } } },
  ]);
  expect(errors).toEqual(['personal_data']);
});

test('P-5 W-18 traits too', async () => {
  const { client, transport } = clientWith();
  client.identify({ user_id: 'cust_1', traits: { login_name: address, plan: 'pro' } });
  await client.flush();
  expect(transport.delivered).toMatchObject([{ traits: { plan: 'pro' } }]);
  expect(JSON.stringify(transport.requests)).not.toContain('jane');
});

test('P-5 an address that would make the event_id refuses the event', () => {
  const { client, drops } = clientWith();
  client.capture({
    event: 'close_unconvert_lead',
    user_id: 'u_1',
    properties: { lead_id: address, reason: 'x' },
  });
  expect(drops).toMatchObject([{ problems: [{ path: 'properties.lead_id', code: 'personal' }] }]);
  expect(JSON.stringify(drops)).not.toContain('jane');
});

test('a name in clearTraits may hold one', async () => {
  const { client, transport, errors } = clientWith(undefined, { clearTraits: ['support_mailbox', 'city'] });
  const properties = { ...order, support_mailbox: 'help@shop.example', city: 'Berlin' };
  client.capture(paidOrder('ord_1', { properties }));
  await client.flush();
  expect(transport.delivered).toMatchObject([{ properties }]);
  expect(errors).toEqual([]);
});

test.each(['@shop', 'a@b', 'call jane at @home', 'foo@2.0.1', 'https://x.de/@user/post'])(
  'what only looks like an address stays: %s',
  async (note) => {
    const { client, transport, errors } = clientWith();
    client.capture(paidOrder('ord_1', { properties: { ...order, note } }));
    await client.flush();
    expect(transport.delivered).toMatchObject([{ properties: { note } }]);
    expect(errors).toEqual([]);
  },
);

test('P-4 a text made to be slow is not', () => {
  const { client } = clientWith();
  const slow = [`${'a'.repeat(20_000)}@${'b.'.repeat(9_000)}`, `https://x.de/${'%40a.'.repeat(8_000)}`];
  // Without bounds these take minutes; the test's own time limit is what tells.
  for (const note of slow) client.capture(paidOrder('ord_1', { properties: { ...order, note } }));
  expect(client.stats().captured).toBe(2);
});

test('a personal name in clearTraits leaves beside its hash, and a typed property is no synonym', async () => {
  const { client, transport, errors } = clientWith(undefined, {
    clearTraits: ['first_name', 'phone'],
    hashTraits: (traits) => hashTraits(traits, { sha256: () => 'a'.repeat(64) }),
    events: defineEvents({ open_shop: { required: ['zip'], properties: { zip: 'text' } } }) as never,
  });
  const properties = { zip: '10115', first_name: 'Jane', phone: 'none', email: address };
  client.capture({ event: 'open_shop', user_id: 'u_1', properties } as never);
  await client.flush();
  const hash = 'a'.repeat(64);
  expect(transport.delivered).toMatchObject([
    {
      properties: {
        zip: '10115',
        first_name: 'Jane',
        first_name_sha256: hash,
        phone: 'none',
        email_sha256: hash,
      },
    },
  ]);
  expect(transport.delivered[0]).not.toHaveProperty('properties.email');
  expect(errors).toEqual([]);
});
