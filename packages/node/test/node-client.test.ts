import { expect, onTestFinished, test } from 'vitest';
import { createNodeClient, type Drop, type NodeClient, type NodeClientOptions } from '../src/index.ts';
import { paidOrder } from './events.ts';
import { relayThat } from './relay.ts';

function clientOf(options: NodeClientOptions) {
  const client = createNodeClient(options);
  onTestFinished(async () => void (await client.close()));
  return client;
}

test('W-8 W-15 a capture arrives with the key, our name and the id that the browser makes too', async () => {
  const relay = await relayThat();
  const client = clientOf({ endpoint: relay.url, key: 'tlk_test_0123456789abcdef' });
  expect(client.capture(paidOrder()).event_id).toBe('ord_10492_purchase');
  expect(await client.flush()).toMatchObject({ delivered: 1, pending: 0 });
  expect(relay.requests[0]).toMatchObject({
    path: '/api/capture',
    headers: {
      authorization: 'Bearer tlk_test_0123456789abcdef',
      'user-agent': expect.stringMatching(/^tracklayer-node\/\d+\.\d+\.\d+/) as string,
    },
    body: { event_id: 'ord_10492_purchase', source: 'server' },
  });
});

test('W-14 a body over 2 kB is compressed, and not where the option says so', async () => {
  const relay = await relayThat();
  const zipping = clientOf({ endpoint: relay.url });
  const plain = clientOf({ endpoint: relay.url, compress: false });
  for (const client of [zipping, plain]) {
    for (let i = 0; i < 15; i += 1) client.capture(paidOrder(`ord_${i}`));
    await client.flush();
  }
  expect(relay.requests.map(({ headers }) => headers['content-encoding'])).toEqual(['gzip', undefined]);
  expect(relay.requests.map(({ messages }) => messages.length)).toEqual([15, 15]);
});

test('W-18 personal traits are hashed before they leave', async () => {
  const relay = await relayThat();
  const client = clientOf({ endpoint: relay.url });
  client.identify({ user_id: 'cust_2048', traits: { email: ' Ada@Example.com ' } });
  await client.flush();
  expect(JSON.stringify(relay.messages)).not.toMatch(/example\.com/i);
  expect(relay.messages[0]).toMatchObject({
    traits: { email_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
  });
});

test('wrong options throw at once, without the values', () => {
  const secret = 'tlk_test_0123\n456';
  for (const given of [{}, undefined, null] as never[])
    expect(() => createNodeClient(given)).toThrow(/invalid_options.*endpoint/);
  expect(() => createNodeClient({ endpoint: 'http://localhost:1', key: secret })).toThrow(
    /invalid_options.*key/,
  );
  expect(() => createNodeClient({ endpoint: 'http://localhost:1', key: secret })).not.toThrow(/0123/);
  expect(() => createNodeClient({ endpoint: 'http://localhost:1', shutdownTimeoutMs: -1 })).toThrow(
    /shutdownTimeoutMs/,
  );
});

test('close() returns by its deadline and reports every event that it could not deliver', async () => {
  const drops: Drop[] = [];
  const client = createNodeClient({
    transport: { send: () => new Promise(() => {}) },
    shutdownTimeoutMs: 20,
    onDrop: (drop) => void drops.push(drop),
  });
  client.capture(paidOrder());
  expect(await client.close()).toMatchObject({ delivered: 0, dropped: { closed: 1 }, pending: 0 });
  expect(drops).toEqual([expect.objectContaining({ event_id: 'ord_10492_purchase', reason: 'closed' })]);
});

test('a thousand clients, made and closed, leave no listener', async () => {
  const listeners = () =>
    ['beforeExit', 'SIGTERM', 'SIGINT'].map((name) => process.listenerCount(name as 'beforeExit'));
  const before = listeners();
  const transport = { send: () => Promise.reject(new Error('unused')) };
  const open = (): NodeClient => createNodeClient({ transport, handleSignals: true });
  const clients = [open()];
  const ofOne = listeners();
  clients.push(...Array.from({ length: 999 }, open));
  expect(listeners()).toEqual(ofOne);
  await Promise.all(clients.map((client) => client.close()));
  expect(listeners()).toEqual(before);
});

test('W-8 a key that was copied with Bearer in front is taken without it', async () => {
  const relay = await relayThat();
  const client = clientOf({ endpoint: relay.url, key: ' Bearer tlk_test_0123456789abcdef' });
  client.capture(paidOrder());
  await client.flush();
  expect(relay.requests[0]?.headers['authorization']).toBe('Bearer tlk_test_0123456789abcdef');
});

test('waitUntil is given one promise for what was captured in one turn', async () => {
  const relay = await relayThat();
  const held: Promise<unknown>[] = [];
  const client = clientOf({ endpoint: relay.url, waitUntil: (promise) => void held.push(promise) });
  client.capture(paidOrder('ord_1'));
  client.capture(paidOrder('ord_2'));
  expect(held).toHaveLength(1);
  await held[0];
  expect(relay.messages.map(({ event_id }) => event_id)).toEqual(['ord_1_purchase', 'ord_2_purchase']);
});

test('W-21 forward passes messages on in one request and returns their verdicts', async () => {
  const relay = await relayThat();
  const client = clientOf({ endpoint: relay.url });
  const event_id = 'ord_10492_purchase';
  const message = { event_id, json: JSON.stringify({ ...paidOrder(), event_id }) };
  expect(await client.forward('capture', [message], { queue_full: 2 })).toEqual({
    type: 'verdicts',
    verdicts: [{ event_id: 'ord_10492_purchase', status: 'accepted' }],
  });
  expect(relay.requests[0]?.body).toMatchObject({ client_report: { dropped: { queue_full: 2 } } });
  expect(relay.messages[0]).toMatchObject({
    ...paidOrder(),
    event_id,
    sent_at: expect.any(String) as string,
  });
  await relay.close();
  expect(await client.forward('capture', [message])).toMatchObject({ type: 'unreachable' });
});

test('a time limit that no timer can hold is none, and one need not be whole', async () => {
  const relay = await relayThat();
  for (const requestTimeoutMs of [Infinity, 10_000.5]) {
    const client = clientOf({ endpoint: relay.url, requestTimeoutMs });
    const event_id = 'ord_10492_purchase';
    const message = { event_id, json: JSON.stringify({ ...paidOrder(), event_id }) };
    expect(await client.forward('capture', [message])).toMatchObject({ type: 'verdicts' });
    const sighting = { source: 'heap', source_event: 'Order Completed', count: 1 };
    expect(await client.reportSightings([sighting])).toBe(true);
  }
});

test('W-26 forward goes once more without compression after a 415', async () => {
  const relay = await relayThat(({ headers }) => (headers['content-encoding'] ? { status: 415 } : undefined));
  const client = clientOf({ endpoint: relay.url });
  const events = Array.from({ length: 20 }, (_, i) => {
    const event_id = `ord_${i}_purchase`;
    return { event_id, json: JSON.stringify({ ...paidOrder(`ord_${i}`), event_id }) };
  });
  expect(await client.forward('capture', events)).toMatchObject({ type: 'verdicts' });
  expect(relay.requests).toHaveLength(2);
});
