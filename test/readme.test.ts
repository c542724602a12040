import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { afterAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
// Where all packages are installed, as they are for a reader.
const folder = join(root, 'examples/heap-checkout/.readme-code');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

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

test('P-10 every sample of the documentation compiles', () => {
  mkdirSync(folder, { recursive: true });
  const files = pages.flatMap((page) =>
    samplesOf(page).map((code, place) => {
      const file = join(folder, `${page.replaceAll(/\W/g, '-')}-${place}.ts`);
      writeFileSync(file, code);
      return file;
    }),
  );
  expect(files.length).toBeGreaterThan(5);
  const program = ts.createProgram(files, {
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
  });
  // Of the samples alone: the packages that they import are checked elsewhere.
  const told = files
    .map((file) => program.getSourceFile(file))
    .flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)])
    .map(
      ({ file, messageText }) =>
        `${file?.fileName.slice(folder.length)}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    );
  expect(told).toEqual([]);
});
