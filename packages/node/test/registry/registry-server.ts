import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { RegistryEntry } from '@tracklayer/core';
import { listen } from '../listen.ts';

/** What the server says next; a test changes it as it goes. */
interface Saying {
  version: number;
  entries: readonly RegistryEntry[];
  /** In place of the registry. */
  status?: number | undefined;
  body?: string | undefined;
  /** Holds the answer back. */
  until?: Promise<void> | undefined;
}

/** `GET /api/registry` of a relay, on a port of its own (docs/wire.md W-32). */
export async function registryServer(says: Partial<Saying> = {}) {
  const saying: Saying = { version: 1, entries: [], ...says };
  const requests: { url: string; headers: IncomingHttpHeaders }[] = [];
  const arrivals: (() => void)[] = [];
  const server = createServer((incoming, response) => void answer(incoming, response));
  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    requests.push({ url: incoming.url ?? '', headers: incoming.headers });
    const { version, entries, status, body, until } = saying;
    for (const tell of arrivals.splice(0)) response.on('finish', tell);
    await until;
    const etag = `"${version}"`;
    if (status !== undefined) response.writeHead(status).end(body);
    else if (incoming.headers['if-none-match'] === etag) response.writeHead(304, { etag }).end();
    else response.writeHead(200, { etag }).end(body ?? JSON.stringify({ version, entries }));
  }
  const { url, close } = await listen(server);
  return {
    url,
    saying,
    requests,
    close,
    /** Resolves when the next request was answered. */
    answered: () => new Promise<void>((resolve) => void arrivals.push(resolve)),
  };
}
