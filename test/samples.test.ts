import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { assertCapturedOnly, createTestRelay } from '../packages/testing/src/index.ts';
import { afterAll, expect, onTestFinished, test } from 'vitest';

const root = join(import.meta.dirname, '..');
// Where all packages are installed, as they are for a reader.
const home = join(root, 'examples/heap-checkout/.readme-tests');
afterAll(() => rmSync(home, { recursive: true, force: true }));

const codeOf = (page: string): string[] =>
  [...readFileSync(join(root, page), 'utf8').matchAll(/^```(?:ts|typescript)\n(.*?)^```/gms)].map(
    ([, code = '']) => code,
  );

function writeFiles(name: string, files: Record<string, string>): string {
  const folder = join(home, name);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** Runs the tests of a folder as a reader's project would: by vitest, in Node or with the DOM of happy-dom. */
async function runTests(
  folder: string,
  { environment = 'node', url = 'http://localhost:3000/' }: { environment?: string; url?: string } = {},
): Promise<string> {
  const config = `import { defaultClientConditions, defaultServerConditions } from 'vite';
export default {
  resolve: { conditions: ['@tracklayer/source', ...defaultClientConditions] },
  ssr: { resolve: { conditions: ['@tracklayer/source', ...defaultServerConditions] } },
  test: {
    include: ['**/*.test.ts'],
    environment: ${JSON.stringify(environment)},
    environmentOptions: { happyDOM: { url: ${JSON.stringify(url)} } },
    testTimeout: 120_000,
  },
};`;
  writeFileSync(join(folder, 'vitest.config.ts'), config);
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const { VITEST: _vitest, ...env } = process.env;
  return promisify(execFile)(process.execPath, [vitest, 'run', '--reporter=default'], {
    cwd: folder,
    env: { ...env, NO_COLOR: '1' },
  }).then(
    ({ stdout }) => stdout,
    ({ stdout, stderr }: { stdout: string; stderr: string }) => `${stdout}\n${stderr}`,
  );
}

/** The server of README.md on a port, and what its last lines return once they are asked to run. */
const serverMain = `import { createServer } from 'node:http';
const site = createServer();
Object.assign(globalThis, {
  app: {
    use: (path, handle) =>
      site.on('request', (request, response) =>
        request.url.startsWith(path + '/') ? handle(request, response) : response.writeHead(404).end(),
      ),
  },
  resolveUser: () => 'cust_2048',
});
const { settle } = await import('./server.ts');
process.on('message', async () => process.send(await settle()));
site.listen(0, '127.0.0.1', () => process.send(site.address().port));
`;

const pageTest = `import { installFakeHeap } from '@tracklayer/testing/fake-heap';
import { expect, test } from 'vitest';

test('the page captures an order and Heap sees it too', async () => {
  const heap = installFakeHeap({ generation: 'sdk5' });
  await heap.load();
  const { tracklayer } = await import('./page.ts');
  expect(await tracklayer.flush({ timeoutMs: 60_000 })).toMatchObject({ delivered: 1, pending: 0 });
  expect(heap.calls.map(({ method }) => method)).toContain('track');
});
`;

test('P-10 the first screen of README.md runs as it stands: the page’s order and the server’s are one purchase', async () => {
  const [page = '', server = ''] = codeOf('README.md');
  const [registry = ''] = page.split(/^const tracklayer/m);
  // The webhook comes after the page's order.
  const [setUp = '', webhook = ''] = server.split(/(?=^const receipt)/m);
  const files = {
    'registry.ts': `${registry}\nexport { registry };`,
    'server.ts': `import { registry } from './registry.ts';\n${setUp}
export async function settle() {\n${webhook}\nreturn [receipt.event_id, await receipt.settled()];\n}`,
    'server-main.ts': serverMain,
    'page.ts': `${page}\nexport { tracklayer };`,
    'page.test.ts': pageTest,
  };
  const folder = writeFiles('first-screen', files);
  const relay = await createTestRelay({ port: 0 });
  onTestFinished(() => relay.close());
  const backend = fork(join(folder, 'server-main.ts'), {
    execArgv: ['--conditions=@tracklayer/source', '--no-warnings'],
    env: { ...process.env, TRACKLAYER_URL: relay.endpoint, TRACKLAYER_KEY: 'tlk_test' },
  });
  onTestFinished(() => void backend.kill());
  const [port] = (await once(backend, 'message')) as [number];

  const told = await runTests(folder, { environment: 'happy-dom', url: `http://127.0.0.1:${port}/` });
  expect(told).toMatch(/Tests {2}1 passed/);
  backend.send('the payment provider calls');
  const [answer] = (await once(backend, 'message')) as [unknown];
  expect(answer).toEqual(['ord_10492_purchase', { status: 'duplicate' }]);
  const order = { order_id: 'ord_10492', value: 129.95, currency: 'EUR' };
  // Page and backend name themselves differently: the copy with a key has the last word (W-4).
  await assertCapturedOnly(relay, [{ event: 'purchase', source: 'server', properties: order }]);
});

test('P-10 the test that packages/testing/README.md shows passes', async () => {
  const [sample = ''] = codeOf('packages/testing/README.md');
  expect(await runTests(writeFiles('testing', { 'sample.test.ts': sample }))).toMatch(/Tests {2}1 passed/);
});

test('P-10 the project of docs/quickstart.md passes its test, and fails it as the page says', async () => {
  const [tracklayer = '', orderPaid = '', sample = ''] = codeOf('docs/quickstart.md');
  const files = {
    'src/tracklayer.ts': tracklayer,
    'src/order-paid.ts': orderPaid,
    'src/order-paid.test.ts': sample,
  };
  expect(sample).toContain('happy-dom');
  expect(await runTests(writeFiles('quickstart', files))).toMatch(/Tests {2}1 passed/);
  const broken = { ...files, 'src/order-paid.test.ts': sample.replace('total: 129.95', 'total: 12995') };
  const told = await runTests(writeFiles('quickstart-broken', broken));
  const page = readFileSync(join(root, 'docs/quickstart.md'), 'utf8');
  const [, failure = ''] = /```text\n(Error: expected .*?)```/s.exec(page) ?? [];
  expect(told).toContain(failure.trim());
});
