import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const page =
  '<!doctype html><title>Shop</title><link rel="icon" href="data:,"><script src="/app.js"></script>';

/** The pages that a browser visits, by path: a shop, and one without any script of ours. */
export async function bundlePage(): Promise<Record<string, string>> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./page-app.ts', import.meta.url))],
    bundle: true,
    conditions: ['@tracklayer/source'],
    format: 'iife',
    minify: true,
    write: false,
  });
  return {
    '/': page,
    '/app.js': outputFiles[0]!.text,
    '/worker.js': `addEventListener('install', () => skipWaiting());
      addEventListener('activate', (event) => event.waitUntil(clients.claim()));
      addEventListener('fetch', (event) => event.respondWith(fetch(event.request)));`,
    '/elsewhere': '<!doctype html><title>Elsewhere</title>',
  };
}
