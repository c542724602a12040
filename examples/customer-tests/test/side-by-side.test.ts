import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const folder = join(import.meta.dirname, '..');
const fromSources = ['--conditions', '@tracklayer/source'];

test.each([
  ['node:test', ['--test', 'node-test/purchase.test.mjs']],
  ['a script', ['script/purchase.mjs']],
])('%s proves the same purchase', (_, args) => {
  const told = execFileSync(process.execPath, [...fromSources, ...args], { cwd: folder, encoding: 'utf8' });
  expect(told).toContain('a paid order is one purchase');
});
