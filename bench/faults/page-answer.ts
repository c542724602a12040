import type { IncomingMessage, ServerResponse } from 'node:http';

const types: Record<string, string> = { js: 'text/javascript', html: 'text/html' };

/** Serves the pages of the browser's part; anything else is not found. */
export function pageAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  files: Readonly<Record<string, string>>,
): void {
  const { pathname } = new URL(request.url ?? '/', 'http://page');
  const file = files[pathname];
  request.resume();
  if (file === undefined) return void response.writeHead(404).end();
  const type = types[pathname.split('.')[1] ?? 'html'] ?? 'text/plain';
  response
    // With `no-store` no page would enter the back/forward cache.
    .writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-cache' })
    .end(file);
}
