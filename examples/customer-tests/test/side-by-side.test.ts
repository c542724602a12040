import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const folder = join(import.meta.dirname, '..');
const playwright = join(folder, 'node_modules/@playwright/test/cli.js');

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => void server.close(resolve));
  return port;
}

test.each([
  ['node:test', ['--test', 'node-test/purchase.test.mjs']],
  ['a script', ['script/purchase.mjs']],
  ['Playwright', [playwright, 'test', '--reporter=list']],
])('%s proves the same purchase', async (_, args) => {
  const { VITEST: _vitest, ...env } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    cwd: folder,
    env: { ...env, NODE_OPTIONS: '--conditions=@tracklayer/source', PORT: String(await freePort()) },
  });
  expect(stdout).toContain('a paid order is one purchase');
});
