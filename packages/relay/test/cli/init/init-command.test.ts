import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseRegistry, promote } from '@tracklayer/core';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { freePort } from '../../../../../tools/free-port.ts';
import { inThread } from '../../../../../tools/in-thread.ts';
import { editorOptions } from '../../../../../tools/language-service.ts';
import type { TypeProblem } from '../../../../../tools/type-problems.ts';
import { planFiles } from '../../../src/cli/init/plan-files.ts';
import { frameworks, readProject, type Project } from '../../../src/cli/init/read-project.ts';
import { runCli } from '../../../src/cli/run-cli.ts';
import { startCommand } from '../../start-command.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

function projectWith(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}
const relayUrl = 'http://127.0.0.1:8787';
const manifest = (dependencies: object): string => JSON.stringify({ dependencies });

async function init(folder: string, ...flags: string[]): Promise<{ code: number; text: string }> {
  const printed: string[] = [];
  const print = (text: string): void => void printed.push(text);
  const argv = ['init', '--folder', folder, ...flags];
  const code = await runCli(argv, { env: {}, print, printError: print, fetch, now: Date.now });
  return { code, text: printed.join('\n') };
}

test.each<[string, Readonly<Record<string, string>>, Partial<Project>]>([
  ['Next', { 'package.json': manifest({ next: '16', react: '19' }) }, { framework: 'next' }],
  [
    'Remix',
    { 'package.json': manifest({ '@remix-run/dev': '2', vite: '8' }) },
    { framework: 'react-router' },
  ],
  [
    'an Express API beside Vite',
    { 'package.json': manifest({ express: '5', vite: '8' }) },
    { framework: 'express' },
  ],
  [
    'Vite',
    { 'package.json': manifest({ vite: '8' }), 'src/main.ts': '' },
    { framework: 'vite', source: 'src/' },
  ],
  [
    'a Next app whose src holds no app',
    { 'package.json': manifest({ next: '16' }), 'app/page.tsx': '', 'src/a.ts': '' },
    { framework: 'next', source: '' },
  ],
  [
    'a server that bundles no pages',
    { 'package.json': manifest({ fastify: '5' }), 'public/a.css': '', '.gitignore': 'node_modules\n/.env\n' },
    { framework: 'fastify', bundlesPages: false, statics: 'public/', ignored: ['node_modules', '/.env', ''] },
  ],
  [
    'Nuxt 4, and Heap in a component of it',
    {
      'package.json': manifest({ nuxt: '4' }),
      'tsconfig.json': '{}',
      'app/app.vue': '<script setup>heap.load("1")</script>',
    },
    {
      framework: 'nuxt',
      source: 'app/',
      bundlesPages: true,
      heap: { file: 'app/app.vue', generation: 'classic' },
    },
  ],
  ['Nuxt 3', { 'package.json': manifest({ nuxt: '3' }), 'app.vue': '' }, { framework: 'nuxt', source: '' }],
  ['plain HTML', { 'index.html': '<p>' }, { framework: 'html', isTypeScript: false }],
  ['a broken package.json', { 'package.json': '{' }, { framework: 'html' }],
  [
    'pnpm',
    { 'package.json': manifest({ vite: '8' }), 'pnpm-lock.yaml': '', 'tsconfig.json': '{}' },
    { manager: 'pnpm', isTypeScript: true },
  ],
  [
    'SDK 5 in a page',
    { 'public/index.html': '<script>window.heapReadyCb=window.heapReadyCb||[];heap.load("1")</script>' },
    { heap: { file: 'public/index.html', generation: 'SDK 5' } },
  ],
  [
    'the older Heap in a component, and none in node_modules',
    { 'node_modules/a/a.js': 'heapReadyCb', 'src/app.tsx': 'heap.load("123")' },
    { heap: { file: 'src/app.tsx', generation: 'classic' } },
  ],
])('init sees %s', (_, files, project) => {
  expect(readProject(projectWith(files))).toMatchObject(project);
});

test('init writes what is not there, overwrites nothing, and may run twice', async () => {
  const folder = projectWith({ 'package.json': manifest({ express: '5' }), '.env.example': 'MINE=1\n' });
  expect((await init(folder)).text).toContain('Nothing was written. Pass --yes');
  expect((await init(folder, '--dry-run')).text).toContain('Nothing was written (--dry-run)');
  expect(existsSync(join(folder, 'tracklayer.registry.json'))).toBe(false);
  const first = await init(folder, '--yes');
  expect(first.code).toBe(0);
  expect(first.text).toContain('= .env.example exists and is kept');
  expect(first.text).toContain('npm install @tracklayer/browser @tracklayer/node');
  expect(first.text).toContain("app.use('/tl', toNodeHandler(handler));");
  expect(first.text).toMatch(
    / 3\. npx esbuild tracklayer\.js --bundle .*\n {2}4\. add this to the head of your pages/,
  );
  expect(first.text).toContain('add this to .env.example:\n       TRACKLAYER_URL=');
  expect(readFileSync(join(folder, '.env.example'), 'utf8')).toBe('MINE=1\n');
  const server = join(folder, 'tracklayer.server.mjs');
  writeFileSync(server, '// mine\n');
  expect((await init(folder, '--yes')).text).toContain('All files exist already');
  expect(readFileSync(server, 'utf8')).toBe('// mine\n');
  expect(await init(folder, '--framework', 'rails')).toMatchObject({
    code: 3,
    text: expect.stringContaining('--framework must be one of next'),
  });
});

test('lines for a server name the file that init writes beside it, in a form that its compiler takes', () => {
  const planOf = (files: Readonly<Record<string, string>>) => {
    const { files: written, byHand } = planFiles(readProject(projectWith(files)), relayUrl);
    return { paths: written.map(({ path }) => path), lines: byHand.flatMap(({ lines }) => lines) };
  };
  const express = { 'package.json': manifest({ express: '5' }), 'src/app.ts': '' };
  const compiled = planOf({ ...express, 'tsconfig.json': '{}' });
  expect(compiled.paths).toContain('src/tracklayer.server.ts');
  expect(compiled.lines).toContain("import { handler } from './tracklayer.server.js';");
  const stripped = { 'tsconfig.json': '{ "compilerOptions": { "allowImportingTsExtensions": true } }' };
  expect(planOf({ ...express, ...stripped }).lines).toContain(
    "import { handler } from './tracklayer.server.ts';",
  );
  expect(planOf(express).lines).toContain("import { handler } from './tracklayer.server.mjs';");
});

test('Nuxt finds the route and the plugin that init writes: no line is left for its developer', () => {
  const project = readProject(
    projectWith({
      'package.json': manifest({ nuxt: '4' }),
      'app/app.vue': '',
      '.gitignore': '.env\n.tracklayer\n',
    }),
  );
  const { files, byHand, start } = planFiles(project, relayUrl);
  expect(files.map(({ path }) => path)).toEqual(
    expect.arrayContaining([
      'tracklayer.server.mjs',
      'server/routes/tl/[...path].js',
      'app/plugins/tracklayer.client.js',
    ]),
  );
  expect(byHand).toEqual([]);
  expect(start).toContain('node --env-file=.env .output/server/index.mjs');
});

test('init writes .env with the key of the relay on this machine, and keeps it out of Git', async () => {
  const folder = projectWith({ 'package.json': manifest({ express: '5' }) });
  expect((await init(folder, '--dry-run')).text).toContain('TRACKLAYER_KEY=<key>');
  expect(existsSync(join(folder, '.tracklayer'))).toBe(false);
  const { text } = await init(folder, '--yes', '--port', '9000');
  const key = readFileSync(join(folder, '.tracklayer/development.key'), 'utf8').trim();
  expect(readFileSync(join(folder, '.env'), 'utf8')).toBe(
    `TRACKLAYER_URL=http://127.0.0.1:9000\nTRACKLAYER_KEY=${key}\n`,
  );
  expect(statSync(join(folder, '.env')).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(folder, '.env.example'), 'utf8')).not.toContain(key);
  expect(readFileSync(join(folder, '.gitignore'), 'utf8')).toBe('node_modules/\n.env\n.tracklayer/\n');
  expect(text).toContain('npx @tracklayer/relay --port 9000 ');
  expect(await init(folder, '--port', '0')).toMatchObject({
    code: 3,
    text: expect.stringContaining('--port must be a whole number from 1 to 65535'),
  });
});

test('an .env of the project’s own is kept, and gets the two lines by hand', async () => {
  const folder = projectWith({ '.env': 'MINE=1\n', '.gitignore': 'node_modules\n' });
  const { text } = await init(folder, '--yes');
  const key = readFileSync(join(folder, '.tracklayer/development.key'), 'utf8').trim();
  expect(text).toContain(
    `add this to .env:\n       TRACKLAYER_URL=http://127.0.0.1:8787\n       TRACKLAYER_KEY=${key}`,
  );
  expect(text).toContain('add this to .gitignore:\n       .env\n       .tracklayer/');
  expect(readFileSync(join(folder, '.env'), 'utf8')).toBe('MINE=1\n');
});

test('init --start ends with a relay of the project that takes the key of .env, and says what to click', async () => {
  const folder = projectWith({ 'package.json': manifest({ express: '5' }) });
  const port = String(await freePort());
  const { url, output } = await startCommand([
    'init',
    '--yes',
    '--start',
    '--port',
    port,
    '--folder',
    folder,
  ]);
  const [, key] = /TRACKLAYER_KEY=(.*)/.exec(readFileSync(join(folder, '.env'), 'utf8')) ?? [];
  expect(readFileSync(join(folder, '.env'), 'utf8')).toContain(`TRACKLAYER_URL=${url}\n`);
  const response = await fetch(`${url}/api/events`, { headers: { authorization: `Bearer ${key}` } });
  expect(response.status).toBe(200);
  await expect.poll(output).toContain('Then:\n  1. on your site, do what Heap calls "Order Completed"');
  expect(output()).toContain('Next, in another terminal:\n  1. npm install @tracklayer/browser');
  expect(existsSync(join(folder, '.tracklayer/relay.db'))).toBe(true);
});

test('secrets are named for .gitignore unless it has them', () => {
  const placesIn = (files: Readonly<Record<string, string>>): string[] =>
    planFiles(readProject(projectWith(files)), relayUrl).byHand.map(({ where }) => where);
  expect(placesIn({ '.gitignore': 'dist\n' })).toContain('.gitignore');
  expect(placesIn({ '.gitignore': '.env\n.tracklayer\n' })).not.toContain('.gitignore');
});

test('no session is believed until the developer names one', () => {
  for (const framework of frameworks) {
    const { files } = planFiles(readProject(projectWith({}), framework), relayUrl);
    const server = files.find(({ path }) => path.includes('tracklayer.server'))?.text;
    expect(server).not.toMatch(/^ *resolveUser/m);
    expect(server).not.toContain('cookie');
  }
});

test('the registry that init writes promotes an order as the guide says', () => {
  const project = readProject(projectWith({ 'package.json': manifest({ next: '16' }) }));
  const { files } = planFiles(project, relayUrl);
  const text = files.find(({ path }) => path === 'tracklayer.registry.json')?.text ?? '';
  const properties = { order_id: 'ord_1', value: 1, currency: 'EUR', customer: 'Jane' };
  const promotion = promote(parseRegistry(JSON.parse(text)), {
    source: 'heap',
    source_event: 'Order Completed',
    properties,
  });
  expect(promotion).toMatchObject({
    status: 'promoted',
    event: 'purchase',
    properties: { order_id: 'ord_1', value: 1, currency: 'EUR' },
  });
});

test('what init writes compiles, for every framework, with and without src', async () => {
  // Beside the packages, so that they are found; on no disk.
  const root = join(import.meta.dirname, '../../../../../examples/heap-checkout');
  const sources = new Map<string, string>();
  for (const framework of frameworks)
    for (const source of ['', 'src/']) {
      const project = readProject(projectWith({ 'tsconfig.json': '{}' }), framework);
      const { files } = planFiles({ ...project, bundlesPages: true, source }, relayUrl);
      for (const { path, text } of files)
        if (/\.(tsx?|json)$/.test(path)) sources.set(join(root, `init/${framework}${source}x`, path), text);
    }
  // Nuxt declares what it imports by itself; these are its types as far as init uses them.
  sources.set(
    join(root, 'init/nuxt.d.ts'),
    `declare function defineNuxtPlugin(setup: () => { provide: object }): unknown;
declare function defineEventHandler(answer: (event: { h3: true }) => Promise<Response>): unknown;
declare function toWebRequest(event: { h3: true }): Request;
declare function getRequestIP(event: { h3: true }): string | undefined;`,
  );
  const options: ts.CompilerOptions = {
    ...editorOptions,
    lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    types: ['node'],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    resolveJsonModule: true,
    jsx: ts.JsxEmit.ReactJSX,
    typeRoots: [join(root, '../../node_modules/@types')],
  };
  expect([...sources.keys()].filter((path) => !path.endsWith('.json')).length).toBeGreaterThan(30);
  const told: TypeProblem[] = await inThread(
    'type-problems.ts',
    'typeProblems',
    Object.fromEntries(sources),
    options,
  );
  // React is not among the packages of this repository's examples.
  expect(told.filter(({ message }) => !/'react'|react\/jsx-runtime/.test(message))).toEqual([]);
});
