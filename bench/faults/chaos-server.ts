// What stands between clients and the relay of the testing kit, in a process of its own: it does to requests what it is
// told, and keeps count of what was on the wire.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { createTestRelay } from '@tracklayer/testing';
import { answer, type Fault, type RelayAnswer } from './chaos-answers.ts';
import { createLedger, type Sent } from './ledger.ts';
import { pageAnswer } from './page-answer.ts';

/** What its parent asks, each answered with a message. */
export type Order =
  | { fault: Fault }
  | { open: boolean }
  | { report: true }
  | { files: Record<string, string> };

const relay = await createTestRelay({ port: 0 });
const ledger = createLedger(relay);
// The first request loads what checks events: not while a scenario runs.
await ask('/api/capture', '{}');
relay.reset();
let fault: Fault = 'none';
let files: Record<string, string> = {};
let port = 0;
let server: Server | undefined;

async function ask(path: string, body: string | Uint8Array<ArrayBuffer>): Promise<RelayAnswer> {
  const headers = { 'content-type': 'application/json' };
  const said = await fetch(`${relay.endpoint}${path}`, { method: 'POST', headers, body });
  ledger.taken();
  return {
    status: said.status,
    type: said.headers.get('content-type') ?? '',
    body: await said.text(),
  };
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  // A page's endpoint is a path of its site.
  const path = (request.url ?? '/').replace(/^\/tl/, '');
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = Uint8Array.from(Buffer.concat(chunks));
    const bytes = request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : Buffer.from(raw);
    const { batch, ...alone } = JSON.parse(bytes.toString()) as Sent & { batch?: Sent[] };
    const messages = batch ?? [alone];
    ledger.arrived(fault, messages);
    await answer(fault, {
      request,
      response,
      messages,
      isBatch: !!batch,
      bytes: bytes.length,
      take: (some) => ask(path, JSON.stringify(batch ? { ...alone, batch: some } : some[0])),
      takeStripped: () => ask(path, raw),
    });
  } catch {
    // A client that goes away in the middle of its request has sent none.
    request.destroy();
  }
}

async function open(): Promise<void> {
  server = createServer((request, response) => {
    if (request.method !== 'POST') return pageAnswer(request, response, files);
    void serve(request, response);
  });
  await new Promise<void>((resolve) => void server!.listen(port, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
}

/** The port is closed: connections are refused. */
async function shut(): Promise<void> {
  const closed = new Promise((resolve) => void server?.close(resolve));
  server?.closeAllConnections();
  await closed;
}

async function obey(order: Order): Promise<unknown> {
  if ('fault' in order) fault = order.fault;
  else if ('files' in order) files = order.files;
  else if ('open' in order) await (order.open ? open() : shut());
  else return ledger.report();
  return port;
}

process.on('message', (order: Order) => void obey(order).then((said) => process.send?.(said)));
process.on('disconnect', () => process.exit());
