import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

test('every folder of examples is linked from README.md, with three lines of what it shows', () => {
  const section = /^## Examples\n(.*?)^## /ms.exec(read('README.md'))?.[1] ?? '';
  for (const name of readdirSync(join(root, 'examples'))) {
    const [, text = ''] =
      new RegExp(`^- \\[${name}\\]\\(examples/${name}\\): (.*?)(?=^- |\\Z)`, 'ms').exec(`${section}- `) ?? [];
    expect([name, text.split('\n').length > 1]).toEqual([name, true]);
  }
});

test('every file and folder that CONTRIBUTING.md and SECURITY.md name is there', () => {
  const named = ['CONTRIBUTING.md', 'SECURITY.md'].flatMap((page) =>
    [
      ...read(page).matchAll(
        /`((?:packages|tools|docs|test|examples|bench)\/[\w./-]+)`|\]\(((?!https?:)[\w./-]+)\)/g,
      ),
    ].map(([, code, link]) => code ?? link ?? ''),
  );
  expect(named.length).toBeGreaterThan(15);
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test('every action of a workflow is pinned by the hash of a commit, with its version beside it', () => {
  const folder = '.github/workflows';
  const uses = readdirSync(join(root, folder)).flatMap((name) =>
    [...read(`${folder}/${name}`).matchAll(/uses: (.*)/g)].map(([, action]) => action),
  );
  expect(uses.length).toBeGreaterThan(3);
  expect(uses.filter((action) => !/^[\w/-]+@[0-9a-f]{40} # v[\d.]+$/.test(action ?? ''))).toEqual([]);
});
