import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCaptureHandler, createNodeClient, toNodeHandler } from '@tracklayer/node';
import { onTestFinished } from 'vitest';
import { serveRelay, type RelayServer, type Store } from '../../src/index.ts';
import { freshStore } from '../fresh-store.ts';

export const secret = 'tlk_test_0123456789abcdef';

/** What takes events from outside, on a port of its own. */
export interface Collector {
  name: 'relay' | 'endpoint';
  url: string;
  /** Posts text or bytes to `/api/capture`, as whoever may: with the key to the relay, as a page to the endpoint. */
  post(
    body: string | Uint8Array,
    more?: { path?: string; headers?: Record<string, string> },
  ): Promise<Response>;
  store: Store;
}

/** A relay, and the first-party endpoint in front of another one. */
export async function collectors(limits: { bodyTimeoutMs?: number } = {}): Promise<Collector[]> {
  const [direct, behind] = [await relay(), await relay()];
  const client = createNodeClient({ endpoint: behind.server.url, key: secret });
  const handler = toNodeHandler(createCaptureHandler({ client, allow: ['purchase', 'login'], ...limits }));
  const front = createServer((request, response) => handler(request, response));
  await new Promise<void>((resolve) => void front.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    front.closeAllConnections();
    front.close();
    await client.close();
  });
  const url = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
  return [
    collector('relay', direct.server.url, direct.store, { authorization: `Bearer ${secret}` }),
    collector('endpoint', url, behind.store, { origin: url }),
  ];
}

async function relay(): Promise<{ server: RelayServer; store: Store }> {
  const store = freshStore();
  const keys = [
    { environment: 'production', secret },
    { environment: 'staging', secret: 'tlk_staging_0123456789' },
  ];
  const server = await serveRelay({ store, keys, port: 0 });
  onTestFinished(() => server.close());
  return { server, store };
}

const collector = (
  name: Collector['name'],
  url: string,
  store: Store,
  own: Record<string, string>,
): Collector => ({
  name,
  url,
  store,
  post: (body, { path = '/api/capture', headers } = {}) =>
    fetch(url + path, {
      method: 'POST',
      body: body as BodyInit,
      headers: { 'content-type': 'application/json', ...own, ...headers },
    }),
});

export const visitor = 'anon_0193f1a2-7b3c-7d4e-8f50-123456789abc';

/** A purchase that nothing is wrong with; `more` replaces fields. */
export const order = (order_id = 'ord_1', more: object = {}) => ({
  event: 'purchase',
  event_id: `${order_id}_purchase`,
  anonymous_id: visitor,
  properties: { order_id, value: 129.95, currency: 'EUR' },
  ...more,
});
