import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const folders = ['test', ...['packages', 'examples'].flatMap((group) => testsOf(group))];

function testsOf(group: string): string[] {
  return readdirSync(join(root, group)).map((name) => `${group}/${name}/test`);
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => `${folder}/${name}`);
  } catch {
    return [];
  }
}

// A machine may be a hundred times slower than the one where a test was written. Durations are measured in bench/,
// and vitest.config.ts has the one limit, which ends what hangs.
test.each([
  ['asserts a duration', /(?:performance|Date)\.now\(\) - \w+\)?\.?\w*\)?\.toBeLess/],
  ['waits for a fixed time: expect.poll waits for a condition', /\bvi\.wait(?:For|Until)\b|waitForTimeout/],
  ['has a limit of its own', /^\}, [\d_]+\);$|^ {2}[\d_]+,\n\);$|^ {2}\{ timeout: /m],
])('no test %s', (_, pattern) => {
  const self = 'test/time-limits.test.ts';
  const guilty = folders
    .flatMap(filesIn)
    .filter((file) => file !== self && pattern.test(readFileSync(join(root, file), 'utf8')));
  expect(guilty).toEqual([]);
});
