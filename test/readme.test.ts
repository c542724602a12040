import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { inThread } from '../tools/in-thread.ts';

const root = join(import.meta.dirname, '..');
// Where all packages are installed, as they are for a reader.
const folder = join(root, 'examples/heap-checkout/.readme-code');

const pages = [
  'README.md',
  ...readdirSync(join(root, 'packages')).map((name) => `packages/${name}/README.md`),
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

// What a reader has at hand where a sample stands, unless the sample makes it itself.
const surroundings: Record<string, string> = {
  heap: 'declare const heap: { track(event: string, properties?: object): void };',
  app: 'declare const app: { use(path: string, handler: (...given: never[]) => void): void };',
  key: 'declare const key: string;',
  registry: "declare const registry: import('@tracklayer/core').Registry;",
  resolveUser: 'declare const resolveUser: (request: Request) => string | undefined;',
  tracklayer: "declare const tracklayer: import('@tracklayer/core').Client;",
};
const clients: Record<string, string> = {
  "'@tracklayer/browser'": "declare const tracklayer: import('@tracklayer/browser').BrowserClient;",
  "'@tracklayer/node'": "declare const tracklayer: import('@tracklayer/node').NodeClient;",
};

function samplesOf(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code = '']) => {
    const [, tracklayer] = Object.entries(clients).find(([name]) => code.includes(name)) ?? [];
    const given = Object.entries({ ...surroundings, ...(tracklayer && { tracklayer }) })
      .filter(([name]) => new RegExp(`\\b${name}\\b`).test(code))
      .filter(([name]) => !new RegExp(`const ${name}\\b|import[^;']*\\b${name}\\b`).test(code))
      .map(([, declaration]) => declaration);
    return [...given, code, 'export {};'].join('\n');
  });
}

test('P-10 every sample of the documentation compiles', async () => {
  const files = Object.fromEntries(
    pages.flatMap((page) =>
      samplesOf(page).map((code, place) => [
        join(folder, `${page.replaceAll(/\W/g, '-')}-${place}.ts`),
        code,
      ]),
    ),
  );
  expect(Object.keys(files).length).toBeGreaterThan(5);
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    allowImportingTsExtensions: true,
    customConditions: ['@tracklayer/source'],
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    types: ['node'],
  };
  expect(await inThread('type-problems.ts', 'typeProblems', files, options)).toEqual([]);
});
