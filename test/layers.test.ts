import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const unix = (path: string): string => path.split(sep).join('/');

interface Import {
  /** Path from `packages/`, as in `core/src/queue/queue.ts`. */
  from: string;
  /** The same for a file of the package, else the name of a package. */
  to: string;
}

const imports: Import[] = readdirSync(join(root, 'packages')).flatMap((name) => {
  const source = join(root, 'packages', name, 'src');
  return readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .flatMap((path) => {
      const from = unix(relative(join(root, 'packages'), join(source, path)));
      const text = readFileSync(join(source, path), 'utf8');
      return [...text.matchAll(/(?:\bfrom|\bimport\(|^import)\s*'([^']+)'/gm)].map(([, to = '']) => ({
        from,
        to: to.startsWith('.') ? posix.join(dirname(from), to) : to,
      }));
    });
});

const shown = ({ from, to }: Import): string => `${from} imports ${to}`;
const packageOf = (path: string): string => path.split('/')[0] ?? '';

test('packages depend in one direction: core <- browser, core <- node <- relay, core <- destinations <- relay, core <- testing', () => {
  const allowed: Record<string, string[]> = {
    core: [],
    browser: ['core'],
    node: ['core'],
    destinations: ['core'],
    relay: ['core', 'node', 'destinations'],
    testing: ['core'],
    // Types alone, since the page is built into the relay's package.
    console: ['relay'],
  };
  const wrong = imports.filter(({ from, to }) => {
    const target =
      /^@tracklayer\/([^/]+)/.exec(to)?.[1] ?? (to.includes('/src/') ? packageOf(to) : undefined);
    return target && target !== packageOf(from) && !allowed[packageOf(from)]?.includes(target);
  });
  expect(wrong.map(shown)).toEqual([]);
});

test('a step of core knows its own folder, event/, errors.ts and platform.ts, and no other step', () => {
  const wrong = imports.filter(({ from, to }) => {
    const step = /^core\/src\/([^/]+)\/./.exec(from)?.[1];
    if (!step || !to.startsWith('core/src/')) return false;
    const known = [`core/src/${step}/`, 'core/src/event/', 'core/src/errors.ts', 'core/src/platform.ts'];
    return !known.some((prefix) => to.startsWith(prefix));
  });
  expect(wrong.map(shown)).toEqual([]);
});

test('core and browser sources have no platform of a server', () => {
  const wrong = imports.filter(({ from, to }) => /^(core|browser)\//.test(from) && to.startsWith('node:'));
  expect(wrong.map(shown)).toEqual([]);
});

test('ky stays behind @tracklayer/core/http, what only servers ask behind @tracklayer/core/schema; zod is nowhere', () => {
  const behind = /^core\/src\/(transport\/http|schema|json-schemas|contract\/json-schema\/.*)\.ts$/;
  const wrong = imports.filter(
    ({ from, to }) =>
      (from.startsWith('core/') && (/^ky(\/|$)/.test(to) || behind.test(to)) && !behind.test(from)) ||
      /^zod(\/|$)/.test(to),
  );
  expect(wrong.map(shown)).toEqual([]);
});

test.each(['browser'])('no two files of %s lean on each other, types included', (name) => {
  const next = new Map<string, string[]>();
  for (const { from, to } of imports) {
    if (packageOf(from) === name) next.set(from, [...(next.get(from) ?? []), to]);
  }
  const circles: string[] = [];
  const done = new Set<string>();
  function walk(file: string, path: readonly string[]): void {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' → '));
    if (done.has(file)) return;
    done.add(file);
    for (const to of next.get(file) ?? []) walk(to, [...path, file]);
  }
  for (const file of next.keys()) walk(file, []);
  expect(circles).toEqual([]);
});

test('the rooms of browser/src/heap: hook, trace and watch know no other room, promotion and autocapture some', () => {
  const known: Record<string, string[]> = {
    hook: [],
    trace: [],
    watch: [],
    promotion: ['hook', 'trace'],
    autocapture: ['hook', 'promotion', 'trace'],
  };
  const room = /^browser\/src\/heap\/([^/]+)\/./;
  const wrong = imports.filter(({ from, to }) => {
    const [here, there] = [room.exec(from)?.[1], room.exec(to)?.[1]];
    return here && there && here !== there && !known[here]?.includes(there);
  });
  expect(wrong.map(shown)).toEqual([]);
});

test('no file imports itself by way of others, types included', () => {
  const files = new Map<string, string[]>();
  for (const { from, to } of imports) files.set(from, [...(files.get(from) ?? []), to]);
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, road: readonly string[]): void => {
    if (road.includes(file)) cycles.push([...road.slice(road.indexOf(file)), file].join(' -> '));
    if (done.has(file) || road.includes(file)) return;
    for (const next of files.get(file) ?? []) visit(next, [...road, file]);
    done.add(file);
  };
  for (const file of files.keys()) visit(file, []);
  expect(cycles).toEqual([]);
});
