import type { Registry } from '@tracklayer/core';
import { expect, test } from 'vitest';
import { readRegistryFile, type FileProblem } from '../../src/registry/read-registry-file.ts';
import { heapEntry } from './entries.ts';

function registryOf(text: string): Registry {
  const read = readRegistryFile(text);
  if ('registry' in read) return read.registry;
  throw new Error(JSON.stringify(read.problems));
}

const problemsOf = (text: string): readonly FileProblem[] => {
  const read = readRegistryFile(text);
  return 'problems' in read ? read.problems : [];
};

test.each([
  ['JSON', JSON.stringify({ entries: [heapEntry()] })],
  ['a list', `- ${JSON.stringify(heapEntry())}`],
  [
    "the guide's block",
    `source: heap
source_event: Order Completed
canonical_event: purchase
status: approved
required_properties: order_id, value, currency`,
  ],
])('W-32 a registry file may be %s', (_, text) => {
  const { entries, find } = registryOf(text);
  expect(entries).toHaveLength(1);
  expect(find('heap', 'Order Completed')?.required).toEqual(['order_id', 'value', 'currency']);
});

const block = (label: string, event = 'sign_up') =>
  `source: heap\nsource_event: ${label}\ncanonical_event: ${event}\nstatus: draft`;

test("W-32 several of the guide's blocks are documents of one file", () => {
  expect(registryOf(`${block('A')}\n---\n${block('B')}\n`).entries).toHaveLength(2);
});

test('W-32 every mistake in the writing of a file is a problem with its line', () => {
  expect(problemsOf('a: 1\na: 2\nb: [\n')).toEqual([
    expect.objectContaining({ line: 2, column: 1, message: 'Map keys must be unique' }),
    expect.objectContaining({ line: 4 }),
  ]);
});

test.each([
  ['a document of many', `${block('A')}\n---\n${block('B', 'order')}\n`, 6],
  [
    'a list',
    `- ${JSON.stringify(heapEntry())}\n# note\n- { source: heap, source_event: B, status: draft }`,
    3,
  ],
  ['JSON', `{\n "entries": [\n  ${JSON.stringify(heapEntry())},\n  { "source_event": "B" }\n]}`, 4],
])('W-32 a problem in an entry of %s has the line and the label of the entry', (_, text, line) => {
  const [problem] = problemsOf(text);
  expect(problem).toMatchObject({ source_event: 'B', path: expect.stringMatching(/^entries\.1/) });
  expect(problem?.line).toBeGreaterThanOrEqual(line);
});

test('W-32 entries that are not a list are a problem of the file', () => {
  expect(problemsOf('entries: 3')).toEqual([
    { path: 'entries', message: 'must be a list of entries', code: 'invalid', line: 1, column: 1 },
  ]);
});
