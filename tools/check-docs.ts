// Opens every page of the built site in Chromium, in light, dark and at phone width: no dead link or anchor, no
// violation of axe, no error in the console. `pnpm docs:check`; screenshots land in docs/.vitepress/screenshots.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRequire } from 'node:module';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import { chromium, type BrowserContextOptions } from 'playwright';
import { chromiumLaunchOptions } from './chromium.ts';

const docs = join(import.meta.dirname, '../docs');
const dist = join(docs, '.vitepress/dist');
const shots = join(docs, '.vitepress/screenshots');
const axe = createRequire(join(docs, 'package.json')).resolve('axe-core/axe.min.js');
const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.md': 'text/markdown; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
};
const looks: Record<string, BrowserContextOptions> = {
  light: { colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  dark: { colorScheme: 'dark', viewport: { width: 1280, height: 900 } },
  phone: { colorScheme: 'light', viewport: { width: 360, height: 740 } },
};

/** The file that a host with clean URLs sends for an address. */
function fileOf(pathname: string): string | undefined {
  const path = join(dist, decodeURIComponent(pathname));
  if (path !== dist && !path.startsWith(dist + sep)) return undefined;
  return [path, `${path}.html`, join(path, 'index.html')].find(
    (file) => existsSync(file) && statSync(file).isFile(),
  );
}

const server = createServer((request, response) => {
  const file = fileOf(new URL(request.url ?? '/', 'http://site').pathname);
  response.writeHead(file ? 200 : 404, {
    'content-type': types[extname(file ?? '')] ?? 'application/octet-stream',
  });
  response.end(file && readFileSync(file));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const pages = readdirSync(dist, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.html') && path !== '404.html')
  .map((path) => `/${path.replaceAll(sep, '/').replace(/(index)?\.html$/, '')}`);

const problems: string[] = [];
const anchors = new Map<string, ReadonlySet<string>>();
const links: { from: string; to: URL }[] = [];
rmSync(shots, { recursive: true, force: true });
mkdirSync(shots, { recursive: true });
const browser = await chromium.launch(chromiumLaunchOptions());
for (const [look, options] of Object.entries(looks)) {
  const context = await browser.newContext({ ...options, reducedMotion: 'reduce' });
  const page = await context.newPage();
  let at = '';
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`${at} (${look}): ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`${at} (${look}): ${error.message}`));
  for (at of pages) {
    await page.goto(site + at, { waitUntil: 'load' });
    await page.screenshot({ path: join(shots, `${at.replaceAll('/', '_') || '_'}-${look}.png`) });
    if (look === 'light') {
      anchors.set(at, new Set(await page.locator('[id]').evaluateAll((all) => all.map(({ id }) => id))));
      const found = await page
        .locator('a[href]')
        .evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).href));
      links.push(...found.map((href) => ({ from: at, to: new URL(href) })));
    }
    await page.addScriptTag({ path: axe });
    const violations = await page.evaluate(async () => {
      const { violations: found } = await (
        globalThis as unknown as {
          axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
        }
      ).axe.run();
      return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)} (${nodes.length})`);
    });
    problems.push(...violations.map((violation) => `${at} (${look}): axe ${violation}`));
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    if (overflow > 1) problems.push(`${at} (${look}): the page is ${overflow} px wider than the window`);
  }
  await context.close();
}
await browser.close();
server.close();

for (const { from, to } of links) {
  if (to.origin !== site) continue;
  const target = to.pathname.replace(/\.html$/, '');
  const ids = anchors.get(target) ?? anchors.get(`${target}/`);
  if (!ids) {
    if (!fileOf(to.pathname)) problems.push(`${from}: no page ${to.pathname}`);
  } else if (to.hash && !ids.has(decodeURIComponent(to.hash.slice(1)))) {
    problems.push(`${from}: no anchor ${to.pathname}${to.hash}`);
  }
}
for (const problem of new Set(problems)) console.error(problem);
console.log(`${pages.length} pages, ${links.length} links, ${new Set(problems).size} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;
