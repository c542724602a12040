// A server in a process of its own that does what it is told to its requests, and keeps count.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { answer, type Fault } from './chaos-answers.ts';
import { createLedger, type Sent } from './ledger.ts';
import { pageAnswer } from './page-answer.ts';

/** What its parent asks, each answered with a message. */
export type Order =
  | { fault: Fault }
  | { open: boolean }
  | { report: true }
  | { files: Record<string, string> };

const ledger = createLedger();
let fault: Fault = 'none';
let files: Record<string, string> = {};
let port = 0;
let server: Server | undefined;

async function receive(
  request: IncomingMessage,
): Promise<{ body: Sent & { batch?: Sent[] }; bytes: number }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const raw = Buffer.concat(chunks);
  const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
  return { body: JSON.parse(text.toString()) as Sent, bytes: text.length };
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    if (fault === 'stripped gzip' && request.headers['content-encoding']) {
      // The proxy took the header away, so the server found no JSON.
      request.resume();
      return void response.writeHead(400).end('unexpected token');
    }
    const { body, bytes } = await receive(request);
    const messages = body.batch ?? [body];
    ledger.arrived(fault, messages);
    answer(fault, ledger, { request, response, messages, isBatch: !!body.batch, bytes });
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
