import { EventEmitter } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createCaptureHandler, createNodeClient, toNodeHandler, type NodeClient } from '@tracklayer/node';
import { build } from 'esbuild';
import { registry } from '../tracklayer.ts';
import type { Playground } from './playground.ts';
import { account, cart, checkout, page, product, thanks } from './pages.ts';

export interface ShopServer {
  url: string;
  /** The backend's own TrackLayer client. */
  tracklayer: NodeClient;
  /** What Heap's library reported, one entry a page. */
  heapReports: readonly HeapReport[];
  /** Tells `report` when Heap's library reported, and `paid` with the order when somebody paid. */
  heard: EventEmitter;
  /** What a payment provider does, at least once an order. */
  paymentWebhook(order_id: string): void;
  /** `paid_at`: milliseconds since 1970, as the payment provider tells it. */
  orders: readonly { order_id: string; user_id: string; paid_at: number }[];
  close(): Promise<void>;
}

interface HeapReport {
  seen: number;
  identity: string | null;
  orders: readonly { properties: { orderId: string }; at: number }[];
  stats?: { client: Record<string, unknown>; heap: Record<string, number> };
}

/** The shop's backend: pages, accounts, payments, and the first-party endpoint that the pages' events go through. */
export async function startShop(options: {
  relayUrl: string;
  relayKey: string;
  heapEnvId?: string | undefined;
  port?: number | undefined;
  playground?: Playground | undefined;
}): Promise<ShopServer> {
  const tracklayer = createNodeClient({ endpoint: options.relayUrl, key: options.relayKey });
  const sessions = new Map<string, string>();
  /** Anybody can write a cookie: only an id that this server gave out names somebody. */
  const userOf = (cookies: string | null | undefined): string | undefined =>
    sessions.get(/session=([\w-]+)/.exec(cookies ?? '')?.[1] ?? '');
  const capture = toNodeHandler(
    createCaptureHandler({
      client: tracklayer,
      registry,
      // The session decides who somebody is; a page's word on it does not count.
      resolveUser: (request) => userOf(request.headers.get('cookie')),
    }),
  );

  const assets = await bundle();
  const heapReports: HeapReport[] = [];
  const heard = new EventEmitter();
  const orders: { order_id: string; user_id: string; paid_at: number }[] = [];
  const pageOptions = { heapEnvId: options.heapEnvId, isWatched: options.playground !== undefined };
  const show = (response: ServerResponse, title: string, content: string): void => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(page(title, content, pageOptions));
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://shop');
    const user_id = userOf(request.headers.cookie);
    const [, asset] = /^\/assets\/([\w-]+)\.js$/.exec(pathname) ?? [];
    if (pathname.startsWith('/tl/')) return capture(request, response);
    if (asset) return void response.setHeader('content-type', 'text/javascript').end(assets.get(asset));
    if (await options.playground?.(request, response)) return;
    switch (`${request.method} ${pathname}`) {
      case 'GET /':
        return show(response, 'Brass lamp', product);
      case 'GET /cart':
        return show(response, 'Cart', cart);
      case 'GET /account':
        return show(response, 'Account', account);
      case 'GET /checkout':
        return show(response, 'Checkout', checkout(`co_${orders.length + 1}`));
      case 'POST /sign-up': {
        const customer = `cust_${2_048 + sessions.size}`;
        // The address is hashed before it leaves.
        tracklayer.identify({ user_id: customer, traits: { email: 'jane@example.com', country: 'AT' } });
        const session = crypto.randomUUID();
        sessions.set(session, customer);
        response.setHeader('set-cookie', `session=${session}; HttpOnly; SameSite=Lax; Path=/`);
        response.setHeader('content-type', 'application/json');
        return void response.end(JSON.stringify({ user_id: customer }));
      }
      case 'POST /pay': {
        const order_id = `ord_${10_492 + orders.length}`;
        orders.push({ order_id, user_id: user_id ?? 'cust_2048', paid_at: Date.now() });
        heard.emit('paid', order_id);
        return void response.writeHead(303, { location: `/thanks/${order_id}` }).end();
      }
      case 'POST /heap/capture':
        heapReports.push(JSON.parse(await readText(request)) as HeapReport);
        heard.emit('report');
        return void response.writeHead(204).end();
      default: {
        const [, order_id] = /^\/thanks\/(ord_\d+)$/.exec(pathname) ?? [];
        if (order_id) return show(response, 'Thank you', thanks(order_id));
        response.writeHead(404).end('There is no such page.');
      }
    }
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      console.error(error);
      if (!response.headersSent) response.writeHead(500).end();
    });
  });
  await new Promise<void>((resolve) => void server.listen(options.port ?? 0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tracklayer,
    heapReports,
    heard,
    orders,
    paymentWebhook(order_id) {
      const order = orders.find((known) => known.order_id === order_id);
      tracklayer.capture({
        event: 'purchase',
        user_id: order?.user_id,
        properties: { order_id, value: 129.95, currency: 'EUR' },
        source: 'server',
        occurred_at: order?.paid_at,
      });
    },
    async close() {
      await tracklayer.close();
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
}

async function bundle(): Promise<ReadonlyMap<string, string>> {
  const names = ['heap-loader', 'heap-library', 'tracklayer', 'shop', 'tell-playground'];
  const { outputFiles } = await build({
    entryPoints: names.map((name) => fileURLToPath(new URL(`../shop/${name}.ts`, import.meta.url))),
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    outdir: 'assets',
  });
  return new Map(outputFiles.map(({ path, text }) => [/([\w-]+)\.js$/.exec(path)?.[1] ?? '', text]));
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
