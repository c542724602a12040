import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { freePort } from '../tools/free-port.ts';

// Members wait a second for what else comes of their person, in real time.
vi.setConfig({ testTimeout: 120_000 });

const root = join(import.meta.dirname, '..');
const page = readFileSync(join(root, 'docs/audiences.md'), 'utf8');
const cli = join(root, 'packages/relay/src/cli.ts');
// Where all packages are installed, as they are for a reader.
const folder = join(root, 'examples/heap-checkout/.readme-audiences');

/** The text of a reader's shell, its commands being those of the sources, its ports free ones. */
function readerOf(ports: { relay: number; sandbox: number }) {
  const settle = (text: string): string =>
    text
      .replaceAll('npx tracklayer sandbox', `exec "$TRACKLAYER" sandbox --port ${ports.sandbox}`)
      .replaceAll('npx tracklayer serve', `exec "$TRACKLAYER" serve --port ${ports.relay}`)
      .replaceAll('npx tracklayer', '"$TRACKLAYER"')
      .replaceAll('127.0.0.1:8787', `127.0.0.1:${ports.relay}`)
      .replaceAll('127.0.0.1:8788', `127.0.0.1:${ports.sandbox}`);
  const { PATH = '', NODE_COMPILE_CACHE = '' } = process.env;
  const env = { PATH, NODE_COMPILE_CACHE, TRACKLAYER: join(folder, 'tracklayer') };
  const start = (text: string): { shell: ChildProcess; printed: () => string } => {
    const shell = spawn('bash', ['-c', settle(text)], {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    for (const stream of [shell.stdout, shell.stderr])
      stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    onTestFinished(() => void shell.kill('SIGKILL'));
    return { shell, printed: () => printed };
  };
  const run = async (text: string): Promise<string> => {
    const { shell, printed } = start(text);
    await new Promise((resolve) => shell.once('close', resolve));
    return printed();
  };
  return { settle, start, run };
}

test('P-10 W-33 W-47 W-49 docs/audiences.md works as it stands, from the import to the erasure', async () => {
  const [, walk = ''] = page.split('\n## Try it without an account\n');
  const blocks = [...walk.matchAll(/^```(\w*)\n(.*?)^```/gms)].map(([, kind, text = '']) => ({ kind, text }));
  expect(blocks.map(({ kind }) => kind)).toEqual(['sh', 'ts', 'sh', 'sh', '', 'json', 'js', 'sh']);
  const [sandbox, config, relay, members, listed, has, segment, erasure] = blocks.map(({ text }) => text);
  const ports = { relay: await freePort(), sandbox: await freePort() };
  const { settle, start, run } = readerOf(ports);

  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const command = `#!/bin/sh\nexec "${process.execPath}" --conditions=@tracklayer/source --no-warnings "${cli}" "$@"\n`;
  writeFileSync(join(folder, 'tracklayer'), command, { mode: 0o755 });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'tracklayer.config.ts'), settle(config ?? ''));
  writeFileSync(join(folder, 'segment.mjs'), settle(segment ?? ''));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));

  for (const text of [sandbox, relay]) {
    const { printed } = start(text ?? '');
    await expect.poll(printed, { timeout: 60_000 }).toContain('listens on');
  }
  expect(await run(members ?? '')).toContain('2 members sent');
  const within = { timeout: 30_000, interval: 500 };
  await expect.poll(() => run(`${settings(members)}\nnpx tracklayer audiences`), within).toBe(listed);
  const held = async (): Promise<unknown> => (await fetch(`http://127.0.0.1:${ports.sandbox}/`)).json();
  await expect.poll(held, within).toEqual(JSON.parse(has ?? ''));
  expect(await run('node segment.mjs')).toBe('200 {"status":"synced"}\n');
  await expect.poll(held, within).toMatchObject({
    heap: { lists: { users: { cust_1: { tracklayer_is_stalled: false } } } },
  });
  await expect.poll(held, within).not.toHaveProperty('meta');
  const erased = await run(`${settings(members)}\n${erasure}`);
  expect(erased).toContain('"state":"running"');
  const [, follow = ''] = (erasure ?? '').split('\n');
  await expect.poll(() => run(`${settings(members)}\n${follow}`), within).toContain('"state":"done"');
  expect(await held()).toMatchObject({ heap: { lists: { deleted: { cust_1: expect.anything() } } } });
});

/** The lines of a block that the next ones in the same terminal stand on. */
const settings = (text = ''): string =>
  text
    .split('\n')
    .filter((line) => /^(export |auth=)/.test(line))
    .join('\n');
