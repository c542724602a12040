import type { Project } from './read-project.ts';

/** A server for the endpoint; of a site of plain files, also for its pages, since both need one origin. */
export function startText({ framework, isTypeScript }: Project): string {
  const server = `./tracklayer.server.${isTypeScript ? 'ts' : 'mjs'}`;
  const port = `Number(process.env${isTypeScript ? `['PORT']` : '.PORT'} ?? 3_000)`;
  return framework === 'html' ? withPages(server, port) : endpointOnly(server, port);
}

const endpointOnly = (server: string, port: string): string => `import { createServer } from 'node:http';
import { toNodeHandler } from '@tracklayer/node';
import { handler } from '${server}';

const capture = toNodeHandler(handler);
createServer((request, response) => {
  capture(request, response, () => response.writeHead(404).end('not found'));
}).listen(${port}, '127.0.0.1');
`;

const withPages = (
  server: string,
  port: string,
): string => `import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { toNodeHandler } from '@tracklayer/node';
import { handler } from '${server}';

const types = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
};

/** Sends a page of this folder, to try it on this machine; no other kind of file, and no hidden one. */
function sendPage(request, response) {
  const { pathname } = new URL(request.url, 'http://localhost');
  const path = join('.', pathname.endsWith('/') ? pathname + 'index.html' : pathname);
  const type = types[extname(path)];
  const isPage = type && !pathname.includes('/.') && statSync(path, { throwIfNoEntry: false })?.isFile();
  if (!isPage) return response.writeHead(404).end('not found');
  response.writeHead(200, { 'content-type': type });
  createReadStream(path).pipe(response);
}

const capture = toNodeHandler(handler);
createServer((request, response) => {
  capture(request, response, () => sendPage(request, response));
}).listen(${port}, '127.0.0.1');
`;
