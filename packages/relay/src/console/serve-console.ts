import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const types: Readonly<Record<string, string>> = {
  'index.html': 'text/html; charset=utf-8',
  'console.js': 'text/javascript; charset=utf-8',
  'console.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
};

/** No inline script or style, nothing from elsewhere: what an event says can only ever be text. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** `GET /console` and its files. Needs no key: the page asks for one, and holds nothing by itself. */
export function serveConsole(file: string): Response | undefined {
  const type = Object.hasOwn(types, file) ? types[file] : undefined;
  const folder = type === undefined ? undefined : consoleFolder();
  if (type === undefined || folder === undefined) return undefined;
  return new Response(readFileSync(join(folder, file)), {
    headers: {
      'content-type': type,
      'content-security-policy': policy,
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cache-control': 'no-cache',
    },
  });
}

/** Whether the console is there: it is built into the published package, and in the repository by `pnpm build`. */
export const hasConsole = (): boolean => consoleFolder() !== undefined;

function consoleFolder(): string | undefined {
  const here = typeof __dirname === 'string' ? __dirname : dirname(fileURLToPath(import.meta.url));
  return [join(here, 'console'), join(here, '../../../console/dist')].find((folder) =>
    existsSync(join(folder, 'index.html')),
  );
}
