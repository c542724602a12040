import type { IncomingMessage, ServerResponse } from 'node:http';
import { TrackLayerError } from '@tracklayer/core';
import { kindOf } from './decode-request.ts';
import type { Respond } from './listen-on-msw.ts';
import type { Reply } from './reply.ts';

/** Serves on loopback, for clients in other processes. */
export async function listenOnPort(
  respond: Respond,
  port: number,
): Promise<{ endpoint: string; close(): Promise<void> }> {
  const http = globalThis.process?.getBuiltinModule?.('node:http');
  if (!http) throw new TrackLayerError('invalid_options', 'a port needs Node.js; leave port out in a page');
  const server = http.createServer((incoming, outgoing) => {
    void answer(incoming, outgoing, respond).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: taken } = server.address() as { port: number };
  return {
    endpoint: `http://127.0.0.1:${taken}`,
    async close() {
      const closed = new Promise<unknown>((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(incoming: IncomingMessage, outgoing: ServerResponse, respond: Respond): Promise<void> {
  const { method, url = '/' } = incoming;
  const kind = kindOf(url.split('?')[0] ?? '');
  if (method !== 'POST' || !kind) {
    outgoing.writeHead(404).end();
    return;
  }
  write(outgoing, await respond(kind, await toRequest(incoming)));
}

async function toRequest(incoming: IncomingMessage): Promise<Request> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Uint8Array<ArrayBuffer>);
  const { host = '127.0.0.1' } = incoming.headers;
  return new Request(`http://${host}${incoming.url}`, {
    method: 'POST',
    headers: Object.entries(incoming.headersDistinct).map(([name, values = []]) => [name, values.join(', ')]),
    body: new Blob(chunks),
  });
}

function write(outgoing: ServerResponse, reply: Reply): void {
  if (reply.do === 'hang') return;
  if (reply.do === 'cut') {
    outgoing.destroy();
    return;
  }
  const { status, headers, body } = reply;
  const bytes = new TextEncoder().encode(body);
  outgoing.writeHead(status, { ...headers, 'content-length': bytes.byteLength });
  if (reply.do === 'answer') outgoing.end(bytes);
  else outgoing.write(bytes.subarray(0, bytes.byteLength / 2), () => outgoing.destroy());
}
