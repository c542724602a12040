import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inThread } from '../tools/in-thread.ts';

// Line breaks and the padding of tables are the formatter's.
const words = (text: string): string => text.replaceAll(/-{2,}/g, '---').replaceAll(/\s+/g, ' ').trim();

const pageOnDisk = readFileSync(new URL('../docs/options.md', import.meta.url), 'utf8');

test('P-10 docs/options.md says what the options are: node tools/options.ts', async () => {
  expect(words(pageOnDisk)).toBe(words(await inThread('options.ts', 'optionsPage')));
});

test.each([
  ['createBrowserClient', 'flushAt', '`20`'],
  ['createNodeClient', 'consent', 'not asked, events carry no snapshot'],
  ['serveRelay', 'store', 'needed'],
])('P-10 docs/options.md tells the inherited options of %s', (factory, option, byDefault) => {
  const section = pageOnDisk.split('\n## ').find((text) => text.startsWith(`${factory}\n`));
  const row = section?.split('\n').find((line) => line.startsWith(`| \`${option}\` `));
  expect(row).toContain(`| ${byDefault} `);
});
