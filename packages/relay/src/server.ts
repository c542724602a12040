import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { ofNodeRequest, sendReply } from '@tracklayer/node/http-kit';
import { checkOptions } from './check-options.ts';
import type { RetentionSettings } from './config/settings.ts';
import { daysOf, startRetention } from './retention/retention.ts';
import { findTracer } from './request-watch.ts';
import { openRelay, type RelayOptions } from './relay.ts';

export interface ServeOptions extends RelayOptions {
  /** The address to listen on. Default `127.0.0.1`: this machine only. */
  host?: string | undefined;
  /** `0` takes a free one. Default `8787`. */
  port?: number | undefined;
  /** How long a request may take to arrive in full, in milliseconds. Default `30_000`. */
  requestTimeoutMs?: number | undefined;
  /** How many days things are kept. */
  retention?: RetentionSettings | undefined;
  /** How long `close` waits for requests in progress, in milliseconds. Default `5_000`. */
  shutdownTimeoutMs?: number | undefined;
}

export interface RelayServer {
  /** Where it listens: `http://127.0.0.1:8787`. */
  url: string;
  /** Takes no new requests, answers those in progress, and closes the store. */
  close(): Promise<void>;
}

const sweepMs = 20;

/**
 * Puts a relay on a port; resolves once it listens.
 *
 * @throws what the port says: `EADDRINUSE`, `EACCES`; TrackLayerError `invalid_options` for unusable keys.
 */
export async function serveRelay(options: ServeOptions): Promise<RelayServer> {
  checkOptions(options);
  const { host = '127.0.0.1', port = 8787, requestTimeoutMs = 30_000, shutdownTimeoutMs = 5_000 } = options;
  const relay = openRelay(options, await findTracer());
  const listener = getRequestListener((request) => relay.fetch(request), { overrideGlobalObjects: false });
  // Most requests by far are events, and half of what one costs is to make it a `Request` and back.
  const serve = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const { method, url = '' } = incoming;
    const answering = method === 'POST' ? relay.ingest(url, ofNodeRequest(incoming)) : undefined;
    if (answering) void answering.then((reply) => sendReply(reply, outgoing));
    else void listener(incoming, outgoing);
  };
  const server = createServer(
    {
      // Sockets that send a byte now and then are closed, or a few thousand of them would hold the relay.
      requestTimeout: requestTimeoutMs,
      headersTimeout: Math.min(requestTimeoutMs, 10_000),
      connectionsCheckingInterval: Math.min(requestTimeoutMs, 5_000),
      keepAliveTimeout: 65_000,
    },
    serve,
  );
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const status = statusOf[error.code ?? ''] ?? '400 Bad Request';
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
    else socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  }).catch(async (cause: unknown) => {
    // It sends already, and would go on for ever.
    await relay.close();
    throw cause;
  });
  const { port: taken } = server.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  const { store, now = Date.now, onError = () => {}, retention = {} } = options;
  const stopRetention = startRetention({ store, days: daysOf(retention), now }, onError);

  async function close(): Promise<void> {
    relay.endStreams();
    const closed = new Promise((resolve) => server.close(resolve));
    // A connection whose last answer ends after this is kept alive by Node, and would be waited for until the deadline.
    const sweep = setInterval(() => server.closeIdleConnections(), sweepMs);
    const deadline = setTimeout(() => server.closeAllConnections(), shutdownTimeoutMs);
    await closed;
    clearTimeout(deadline);
    clearInterval(sweep);
    await stopRetention();
    await relay.close();
  }

  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`,
    close: () => (closing ??= close()),
  };
}

// Node's own words for what never became a request.
const statusOf: Record<string, string> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
};
