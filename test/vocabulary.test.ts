import { readFileSync } from 'node:fs';
import { canonicalEvents } from '../packages/core/src/contract/canonical-events.ts';
import { expect, test } from 'vitest';
import { eventDoc, withEventDocs } from '../tools/event-docs.ts';
import { openFile } from '../tools/language-service.ts';
import { meanings } from '../tools/meanings.ts';
import { vocabularyPage } from '../tools/vocabulary.ts';

// Line breaks and the padding of tables are the formatter's.
const words = (text: string): string => text.replaceAll(/-{2,}/g, '---').replaceAll(/\s+/g, ' ').trim();
const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

test('P-10 docs/vocabulary.md says what the vocabulary is: node tools/vocabulary.ts', () => {
  expect(words(read('docs/vocabulary.md'))).toBe(words(vocabularyPage()));
  expect(Object.keys(meanings)).toEqual(Object.keys(canonicalEvents));
});

test('P-10 the docstring of each event says what it means at destinations: node tools/vocabulary.ts', () => {
  const source = read('packages/core/src/contract/canonical-events.ts');
  expect(words(source)).toBe(words(withEventDocs(source)));
});

test('an editor shows what an event means at destinations', () => {
  const file = openFile("import { canonicalEvents } from '@tracklayer/core'; canonicalEvents.|purchase;");
  expect(file.hover()).toBe(eventDoc('purchase'));
  const typed = openFile(
    "import type { BuiltInEvents } from '@tracklayer/core'; export let one: BuiltInEvents['|purchase'];",
  );
  expect(typed.hover()).toBe(eventDoc('purchase'));
  expect(file.hover()).toMatch(/^An order was paid or placed\. Meta: Purchase · .*Segment: Order Completed/);
});

test('W-2 an editor says at the call site that an amount is in major units', () => {
  const file = openFile(
    "import type { CaptureInput } from '@tracklayer/core'; export const one: CaptureInput = { event: 'purchase', properties: { order_id: 'ord_10492', |value: 129.95, currency: 'EUR' } };",
  );
  expect(file.hover()).toMatch(/major units of `currency`: `129\.95`, not cents/);
});
