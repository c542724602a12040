import { execFile, fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { assertCapturedOnly, createTestRelay } from '../packages/testing/src/index.ts';
import { inThread } from '../tools/in-thread.ts';
import ts from 'typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
// Where all packages are installed, as they are for a reader.
const home = join(root, 'examples/heap-checkout/.readme-tests');

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

interface Result {
  status: string;
  failureMessages: string[];
}

/** Runs the tests of all folders as a reader's project would, by vitest; the results by the name of the folder. */
async function runTests(): Promise<Map<string, Result[]>> {
  const config = `import { defaultClientConditions, defaultServerConditions } from 'vite';
export default {
  resolve: { conditions: ['@tracklayer/source', ...defaultClientConditions] },
  ssr: { resolve: { conditions: ['@tracklayer/source', ...defaultServerConditions] } },
  test: { include: ['**/*.test.ts'], testTimeout: 120_000 },
};`;
  writeFileSync(join(home, 'vitest.config.ts'), config);
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const { VITEST: _vitest, ...env } = process.env;
  const report = join(home, 'report.json');
  // It ends with an error, since one of the tests is broken on purpose.
  await promisify(execFile)(process.execPath, [vitest, 'run', '--reporter=json', `--outputFile=${report}`], {
    cwd: home,
    env: { ...env, NO_COLOR: '1' },
  }).catch(() => {});
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
    testResults: { name: string; assertionResults: Result[] }[];
  };
  return new Map(
    testResults.map(({ name, assertionResults }) => [
      name.slice(home.length + 1).split('/')[0]!,
      assertionResults,
    ]),
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

// Written whole, it would be the environment of this file.
const environment = ['@vitest', 'environment'].join('-');
const pageTest = (url: string): string => `// ${environment} happy-dom
// ${environment}-options { "url": "${url}" }
import { installFakeHeap } from '@tracklayer/testing/fake-heap';
import { expect, test } from 'vitest';

test('the page captures an order and Heap sees it too', async () => {
  const heap = installFakeHeap({ generation: 'sdk5' });
  await heap.load();
  const { tracklayer } = await import('./page.ts');
  expect(await tracklayer.flush({ timeoutMs: 60_000 })).toMatchObject({ delivered: 1, pending: 0 });
  expect(heap.calls.map(({ method }) => method)).toContain('track');
});
`;

const relay = await createTestRelay({ port: 0 });
let backend: ChildProcess;
let results: Map<string, Result[]>;
const [, failure = ''] =
  /```text\n(Error: expected .*?)```/s.exec(readFileSync(join(root, 'docs/quickstart.md'), 'utf8')) ?? [];

// Playwright's needs a site; examples/customer-tests runs the same.
const guide = codeOf('docs/testing.md').filter((code) => !code.includes('testing/playwright'));

// One run for all samples: most of the time goes on what each run starts.
beforeAll(async () => {
  const [page = '', server = ''] = codeOf('README.md');
  const [registry = ''] = page.split(/^const tracklayer/m);
  // The webhook comes after the page's order.
  const [setUp = '', webhook = ''] = server.split(/(?=^const receipt)/m);
  const folder = writeFiles('first-screen', {
    'registry.ts': `${registry}\nexport { registry };`,
    'server.ts': `import { registry } from './registry.ts';\n${setUp}
export async function settle() {\n${webhook}\nreturn [receipt.event_id, await receipt.settled()];\n}`,
    'server-main.ts': serverMain,
    'page.ts': `${page}\nexport { tracklayer };`,
  });
  backend = fork(join(folder, 'server-main.ts'), {
    execArgv: ['--conditions=@tracklayer/source', '--no-warnings'],
    env: { ...process.env, TRACKLAYER_URL: relay.endpoint, TRACKLAYER_KEY: 'tlk_test' },
  });
  const [port] = (await once(backend, 'message')) as [number];
  writeFiles('first-screen', { 'page.test.ts': pageTest(`http://127.0.0.1:${port}/`) });

  writeFiles('testing', { 'sample.test.ts': codeOf('packages/testing/README.md')[0] ?? '' });
  for (const [place, code] of guide.entries()) writeFiles(`guide-${place}`, { 'sample.test.ts': code });

  const [tracklayer = '', orderPaid = '', sample = ''] = codeOf('docs/quickstart.md');
  const files = { 'src/tracklayer.ts': tracklayer, 'src/order-paid.ts': orderPaid };
  writeFiles('quickstart', { ...files, 'src/order-paid.test.ts': sample });
  const broken = sample.replace('total: 129.95', 'total: 12995');
  writeFiles('quickstart-broken', { ...files, 'src/order-paid.test.ts': broken });

  results = await runTests();
});

afterAll(async () => {
  backend.kill();
  await relay.close();
  rmSync(home, { recursive: true, force: true });
});

const passed = [{ status: 'passed', failureMessages: [] }];

test('P-10 the first screen of README.md runs as it stands: the page’s order and the server’s are one purchase', async () => {
  expect(results.get('first-screen')).toMatchObject(passed);
  backend.send('the payment provider calls');
  const [answer] = (await once(backend, 'message')) as [unknown];
  expect(answer).toEqual(['ord_10492_purchase', { status: 'duplicate' }]);
  const order = { order_id: 'ord_10492', value: 129.95, currency: 'EUR' };
  // Page and backend name themselves differently: the copy with a key has the last word (W-4).
  await assertCapturedOnly(relay, [{ event: 'purchase', source: 'server', properties: order }]);
});

test('P-10 the test that packages/testing/README.md shows passes', () => {
  expect(results.get('testing')).toMatchObject(passed);
});

test('P-10 every test that docs/testing.md shows passes', () => {
  expect(guide.length).toBeGreaterThan(5);
  const ran = guide.map((_, place) => results.get(`guide-${place}`));
  expect(ran).toMatchObject(guide.map(() => passed));
});

test('P-10 the project of docs/quickstart.md passes its test, and fails it as the page says', () => {
  expect(codeOf('docs/quickstart.md')[2]).toContain('happy-dom');
  expect(results.get('quickstart')).toMatchObject(passed);
  // Vitest adds the line of the stack.
  const [message = ''] = results.get('quickstart-broken')?.[0]?.failureMessages ?? [];
  expect(message.split('\n    at ')[0]).toBe(failure.trim());
});

test('P-10 the project of docs/quickstart.md compiles with the options of its template', async () => {
  const [tracklayer = '', orderPaid = '', sample = ''] = codeOf('docs/quickstart.md');
  const files = {
    [join(home, 'quickstart-types/tracklayer.ts')]: tracklayer,
    [join(home, 'quickstart-types/order-paid.ts')]: orderPaid,
    [join(home, 'quickstart-types/order-paid.test.ts')]: sample,
  };
  // Those of create-vite's vanilla-ts, whose compiler is strict by default.
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    allowImportingTsExtensions: true,
    verbatimModuleSyntax: true,
    noUnusedLocals: true,
    noUnusedParameters: true,
    erasableSyntaxOnly: true,
    customConditions: ['@tracklayer/source'],
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
    types: [],
  };
  expect(await inThread('type-problems.ts', 'typeProblems', files, options)).toEqual([]);
});
