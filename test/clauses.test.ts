import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const numbersIn = (text: string): Set<number> =>
  new Set([...text.matchAll(/\bW-(\d+)\b/g)].map(([, number]) => Number(number)));
const cited = (pattern: string): Set<number> =>
  numbersIn(
    globSync(pattern, { cwd: root, exclude: ['**/node_modules/**'] })
      .map(read)
      .join('\n'),
  );

/** Clauses about what clients do; the relay only sees what follows from them. */
const ofClients = new Set([5, 9, 18, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29]);

test('every clause of the wire contract is cited by a test, and what a server keeps by one of the relay', () => {
  const clauses = [...read('docs/wire.md').matchAll(/\*\*W-(\d+)\*\*/g)].map(([, number]) => Number(number));
  expect(clauses.length).toBeGreaterThan(40);
  const anywhere = cited('{packages,examples}/*/test/**/*.ts*');
  const atTheRelay = cited('packages/relay/test/**/*.ts');
  expect(clauses.filter((clause) => !anywhere.has(clause))).toEqual([]);
  expect(clauses.filter((clause) => !ofClients.has(clause) && !atTheRelay.has(clause))).toEqual([]);
});
