import { readFileSync } from 'node:fs';
import { canonicalEvents } from '../packages/core/src/contract/canonical-events.ts';
import { expect, test } from 'vitest';
import { meanings } from '../tools/meanings.ts';
import { vocabularyPage } from '../tools/vocabulary.ts';

// Line breaks and the padding of tables are the formatter's.
const words = (text: string): string => text.replaceAll(/-{2,}/g, '---').replaceAll(/\s+/g, ' ').trim();

test('P-10 docs/vocabulary.md says what the vocabulary is: node tools/vocabulary.ts', () => {
  const page = readFileSync(new URL('../docs/vocabulary.md', import.meta.url), 'utf8');
  expect(words(page)).toBe(words(vocabularyPage()));
  expect(Object.keys(meanings)).toEqual(Object.keys(canonicalEvents));
});
