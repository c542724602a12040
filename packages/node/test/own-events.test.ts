import { createMemoryTransport, defineEvents } from '@tracklayer/core';
import { createCaptureHandler, createNodeClient } from '@tracklayer/node';
import { expect, onTestFinished, test } from 'vitest';

const events = defineEvents({
  redeem_points: { required: ['redemption_id'], key: 'redemption_id', properties: { redemption_id: 'id' } },
  purchase: { required: ['store_id'], properties: { store_id: 'text' } },
});

const post = (body: object): Request =>
  new Request('https://shop.example/tl/api/capture', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
    body: JSON.stringify(body),
  });

test('W-9 the endpoint reads own events when it is given them; the client captures them', async () => {
  const client = createNodeClient({ events, transport: createMemoryTransport() });
  onTestFinished(() => client.close().then(() => undefined));
  const receipt = client.capture({
    event: 'redeem_points',
    user_id: 'cust_2048',
    properties: { redemption_id: 'r_1' },
  });
  expect(receipt.event_id).toBe('r_1_redeem_points');

  const body = {
    event: 'redeem_points',
    event_id: 'r_2_redeem_points',
    anonymous_id: '0192b1c4-5f4e-7000-8000-000000000001',
    properties: { redemption_id: 'r_2' },
  };
  expect(await (await createCaptureHandler({ client, events })(post(body))).json()).toMatchObject({
    status: 'accepted',
  });
  expect((await createCaptureHandler({ client, events })(post({ ...body, properties: {} }))).status).toBe(
    422,
  );
  expect((await createCaptureHandler({ client })(post(body))).status).toBe(422);
});
