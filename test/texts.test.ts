import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { texts, textsInSources, textsPage, withNumbers } from '../tools/texts.ts';

test('P-10 every text that a page may carry has a number: node tools/texts.ts', () => {
  expect(textsInSources().filter((text) => !texts.includes(text))).toEqual([]);
  expect(new Set(texts).size).toBe(texts.length);
});

test('P-10 docs/texts.md says what the numbers are: node tools/texts.ts', () => {
  // The formatter pads tables and moves blank lines.
  const unpadded = (text: string): string => text.replaceAll(/[\s-]+/g, ' ');
  const page = readFileSync(join(import.meta.dirname, '../docs/texts.md'), 'utf8');
  expect(unpadded(page)).toBe(unpadded(textsPage(texts, new Set(textsInSources()))));
});

test('a text becomes its number, with what is filled in before it', () => {
  const number = texts.indexOf('is {}, which JSON cannot hold') + 1;
  expect(withNumbers('fail(`is ${value}, which JSON cannot hold`)')).toBe(`fail(\`\${value} #${number}\`)`);
  expect(withNumbers("fail('is not plain data')")).toBe(`fail('#${texts.indexOf('is not plain data') + 1}')`);
  // Names, paths and selectors stay.
  expect(withNumbers("set('tl1:m:', 'opt_out')")).toBe("set('tl1:m:', 'opt_out')");
});
