import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Answers what is the playground's: its page, its script, and the relay's own API with the key added. */
export type Playground = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** The page around the shop. It holds no key: this server asks the relay for it. */
export async function createPlayground(relay: { url: string; key: string }): Promise<Playground> {
  const { outputFiles } = await build({
    entryPoints: [path('../playground/playground.tsx')],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
  });
  const script = outputFiles[0]?.text ?? '';
  const styles = [path('../../../packages/console/src/console.css'), path('../playground/playground.css')]
    .map((file) => readFileSync(file, 'utf8'))
    .join('');
  const html = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>TrackLayer playground</title>
  <link rel="icon" href="data:,"><style>${styles}</style>
</head>
<body><div id="app"></div><script type="module" src="/playground/playground.js"></script></body>
</html>`;

  return async (request, response) => {
    const url = request.url ?? '/';
    const { method } = request;
    // A trace is asked for by a POST, so that no id stands in an address.
    if (method === 'POST' && url === '/api/events/trace') await passOn(request, response);
    else if (method !== 'GET') return false;
    else if (url === '/playground') {
      response.setHeader('content-type', 'text/html; charset=utf-8').end(html);
    } else if (url === '/playground/playground.js') {
      response.setHeader('content-type', 'text/javascript').end(script);
    } else if (url.startsWith('/api/')) await passOn(request, response);
    else return false;
    return true;
  };

  async function passOn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url = '/', method = 'GET' } = request;
    const abort = new AbortController();
    response.once('close', () => abort.abort());
    const answer = await fetch(relay.url + url, {
      method,
      headers: { authorization: `Bearer ${relay.key}`, 'content-type': 'application/json' },
      ...(method === 'POST' && { body: await text(request) }),
      signal: abort.signal,
    }).catch(() => undefined);
    if (!answer?.body) return void response.writeHead(502).end();
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
    // A stream ends when its page is closed.
    await pipeline(Readable.fromWeb(answer.body as ReadableStream), response).catch(() => undefined);
  }
}
