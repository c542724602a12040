import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createCaptureHandler, createNodeClient, toNodeHandler } from '../src/index.ts';
import { createHeapWebhookHandler } from '../src/heap/heap.ts';
import { paidOrder } from './events.ts';
import { relayThat } from './relay.ts';

const order = { ...paidOrder(), event_id: 'ord_10492_purchase', anonymous_id: 'anon_91b2' };

/** A server on a port of its own. */
async function serverThat(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

async function nodeHandler() {
  const relay = await relayThat();
  return {
    relay,
    handler: toNodeHandler(createCaptureHandler({ client: createNodeClient({ endpoint: relay.url }) })),
  };
}

const post = (port: number, body: string, path = '/tl/api/capture'): Promise<Response> =>
  fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });

test('W-9 a page is answered over a real socket, with its address from the connection', async () => {
  const { relay, handler } = await nodeHandler();
  const port = await serverThat(handler);
  const response = await post(port, JSON.stringify(order));
  expect(await response.json()).toEqual({ event_id: 'ord_10492_purchase', status: 'accepted' });
  expect(relay.messages[0]).toMatchObject({ context: { ip: '127.0.0.1', via: 'browser' } });
});

test('W-9 a page that speaks HTTP/2, which has no Host header, is of this host', async () => {
  const { relay, handler } = await nodeHandler();
  const server = createHttp2Server(handler as never);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const session = connectHttp2(origin);
  onTestFinished(() => {
    session.destroy();
    server.close();
  });
  const stream = session.request({
    ':method': 'POST',
    ':path': '/tl/api/capture',
    'content-type': 'application/json',
    origin,
  });
  stream.end(JSON.stringify(order));
  expect(JSON.parse(await text(stream))).toEqual({ event_id: 'ord_10492_purchase', status: 'accepted' });
  expect(relay.messages[0]).toMatchObject({ context: { ip: '127.0.0.1' } });
});

test.each([
  ['an object', (json: string): unknown => JSON.parse(json)],
  ['text', (json: string): unknown => json],
  ['bytes', (json: string): unknown => Buffer.from(json)],
])('a body that the framework has parsed to %s already is taken', async (_, parsed) => {
  const { relay, handler } = await nodeHandler();
  const port = await serverThat((request: IncomingMessage, response: ServerResponse) => {
    void text(request).then((json) => handler(Object.assign(request, { body: parsed(json) }), response));
  });
  expect((await post(port, JSON.stringify(order))).status).toBe(200);
  expect(relay.messages).toHaveLength(1);
});

test('a parser that left {} behind does not hide the body', async () => {
  const { handler } = await nodeHandler();
  const port = await serverThat((request, response) =>
    handler(Object.assign(request, { body: {} }), response),
  );
  expect((await post(port, JSON.stringify(order))).status).toBe(200);
});

test('mounted under a path it answers its own, and passes everything else on', async () => {
  const { handler } = await nodeHandler();
  const port = await serverThat((request, response) => {
    // As Express mounts it.
    const mounted = Object.assign(request, {
      originalUrl: request.url,
      url: request.url?.replace(/^\/tl/, ''),
    });
    handler(mounted, response, () => response.writeHead(418).end());
  });
  expect((await post(port, JSON.stringify(order))).status).toBe(200);
  expect((await post(port, '{}', '/tl/other')).status).toBe(418);
});

test('without next everything else is 404', async () => {
  const { handler } = await nodeHandler();
  const port = await serverThat(handler);
  for (const path of ['/', '//evil.example', '/tl/api/capture/..']) {
    expect((await post(port, '{}', path)).status).toBe(404);
  }
});

test('attack 16: 10 MB get their answer, and the connection is good for the next request', async () => {
  const { handler } = await nodeHandler();
  const port = await serverThat(handler);
  const large = await post(port, `{"event":"${'x'.repeat(10_000_000)}"}`);
  expect(large.status).toBe(413);
  expect((await post(port, JSON.stringify(order))).status).toBe(200);
});

test('attack 16: a body of unknown length is cut off at the limit, and still answered', async () => {
  const { handler } = await nodeHandler();
  const port = await serverThat(handler);
  const chunk = new TextEncoder().encode('x'.repeat(64_000));
  let chunks = 0;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => (chunks++ < 40 ? controller.enqueue(chunk) : controller.close()),
  });
  // A streaming body needs `duplex`, which the types of a page do not know.
  const request: RequestInit & { duplex: 'half' } = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    duplex: 'half',
  };
  const response = await fetch(`http://127.0.0.1:${port}/api/capture`, request);
  expect(response.status).toBe(413);
});

/** Sends bytes as they are and returns what comes back until the connection ends. */
async function raw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.end(bytes);
  return text(socket);
}

test('attack 23: requests that contradict themselves or stop half-way harm nobody', async () => {
  const { relay, handler } = await nodeHandler();
  const port = await serverThat(handler);
  const head = 'POST /api/capture HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';
  expect(await raw(port, `${head}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`)).toMatch(
    /^HTTP\/1.1 400/,
  );
  await raw(port, `${head}Content-Length: 500\r\n\r\n{"event":`);
  expect(
    await raw(
      port,
      `${head.replace('Host: a', 'Host: a b/<>')}Content-Length: 2\r\nConnection: close\r\n\r\n{}`,
    ),
  ).toMatch(/^HTTP\/1.1 404/);
  expect(relay.requests).toEqual([]);
  expect((await post(port, JSON.stringify(order))).status).toBe(200);
});

test("Heap's webhooks are served the same way, at any path, signed over the bytes of the socket", async () => {
  const onSegmentSync = vi.fn<() => void>();
  const handler = toNodeHandler(createHeapWebhookHandler({ secret: 'whsec_1', onSegmentSync }));
  const next = vi.fn<() => void>();
  const port = await serverThat((incoming, response) => handler(incoming, response, next));
  const data = { segment: { id: 7, name: 'Käufer' }, sync_info: {}, add: [{ id: 'cust_1' }], remove: [] };
  const body = JSON.stringify({ action_type: 'segment.users.sync', data }, undefined, 1);
  const ts = Date.now();
  const hmac = createHmac('sha256', 'whsec_1').update(`${ts}${body}`).digest('base64');
  const response = await fetch(`http://127.0.0.1:${port}/hooks/heap`, {
    method: 'POST',
    headers: { 'heap-hash': `ts:${ts},hmac:${hmac}` },
    body,
  });
  expect([response.status, await response.json()]).toEqual([200, { status: 'synced' }]);
  expect(onSegmentSync).toHaveBeenCalledTimes(1);
  expect(next).not.toHaveBeenCalled();
});

/** Two requests on one connection, which the second one ends; the status of each. */
async function statusesOf(port: number, first: string, second: string): Promise<number[]> {
  const socket = connect(port, '127.0.0.1');
  socket.write(first + second);
  return [...(await text(socket)).matchAll(/HTTP\/1.1 (\d+)/g)].map(([, status]) => Number(status));
}

test.each([
  ['is too large', 'POST', 'application/json', 413],
  ['has another type', 'POST', 'text/plain', 415],
  ['comes by another method', 'PUT', 'application/json', 405],
])('P-8 a body that %s is not in the way of the next request', async (_, method, type, refused) => {
  const { handler } = await nodeHandler();
  const port = await serverThat(handler);
  const request = (line: string, content: string, body: string): string =>
    `${line} /api/capture HTTP/1.1\r\nHost: a\r\nContent-Type: ${content}\r\nContent-Length: ${body.length}\r\n`;
  const [large, small] = ['x'.repeat(2_000_000), JSON.stringify(order)];
  const first = `${request(method, type, large)}\r\n${large}`;
  const second = `${request('POST', 'application/json', small)}Connection: close\r\n\r\n${small}`;
  expect(await statusesOf(port, first, second)).toEqual([refused, 200]);
});

test("P-8 a webhook that is too large is not in the way of the next one on Heap's connection", async () => {
  const handler = createHeapWebhookHandler({ secret: 'whsec_1', onSegmentSync: () => undefined });
  const port = await serverThat(toNodeHandler(handler));
  const large = 'x'.repeat(2_000_000);
  const first = `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${large.length}\r\n\r\n${large}`;
  const second = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}';
  expect(await statusesOf(port, first, second)).toEqual([413, 401]);
});

test('attack 22: the same event fifty times at once is answered fifty times', async () => {
  const { relay, handler } = await nodeHandler();
  const port = await serverThat(handler);
  const answers = await Promise.all(Array.from({ length: 50 }, () => post(port, JSON.stringify(order))));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(new Set(relay.messages.map(({ event_id }) => event_id))).toEqual(new Set(['ord_10492_purchase']));
});
