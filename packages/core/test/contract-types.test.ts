import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { inThread } from '../../../tools/in-thread.ts';
import { editorOptions } from '../../../tools/language-service.ts';
import type { TypeProblem } from '../../../tools/type-problems.ts';

const client = `import { createClient, createMemoryTransport, defineEvents } from '@tracklayer/core';
const client = createClient({
  transport: createMemoryTransport(),
  events: defineEvents({
    redeem_points: { required: ['redemption_id'], key: 'redemption_id', properties: { redemption_id: 'id' } },
  }, { unknown: 'refuse' }),
});
`;

const wrong: [name: string, call: string, message: RegExp][] = [
  ['a wrong name', "client.capture({ event: 'purchse' });", /"purchse".*Did you mean '"purchase"'/],
  [
    'a missing property',
    "client.capture({ event: 'redeem_points', properties: {} });",
    /Property 'redemption_id' is missing/,
  ],
  [
    'a wrong type',
    "client.capture({ event: 'redeem_points', properties: { redemption_id: true } });",
    /Type 'boolean' is not assignable to type 'string \| number'/,
  ],
  [
    'an unknown property',
    "client.capture({ event: 'redeem_points', properties: { redemption_id: 'r_1', shelf: 3 } });",
    /'shelf' does not exist/,
  ],
];

function manyEvents(count: number): string {
  const places = Array.from({ length: count }, (_, place) => place);
  const rows = places.map(
    (place) =>
      `own_event_${place}: { required: ['id_${place}', 'value', 'currency'], key: 'id_${place}', properties: { id_${place}: 'id', note: 'text', count: 'number' } },`,
  );
  const calls = places.map(
    (place) =>
      `client.capture({ event: 'own_event_${place}', properties: { id_${place}: 'x', value: 1, currency: 'EUR' } });`,
  );
  return `import { createClient, createMemoryTransport, defineEvents } from '@tracklayer/core';
const client = createClient({ transport: createMemoryTransport(), events: defineEvents({\n${rows.join('\n')}\n}) });
${calls.join('\n')}`;
}

const pathOf = (name: string): string => join(import.meta.dirname, `${name.replaceAll(' ', '-')}.ts`);
const statements = join(import.meta.dirname, 'contract.test-d.ts');
let told: readonly TypeProblem[];

const problemsIn = (path: string): string[] =>
  told.filter((problem) => problem.path === path).map(({ message }) => message);

// One program for all files: most of the time goes on the library that each of them reads.
beforeAll(async () => {
  const files = {
    [statements]: readFileSync(statements, 'utf8'),
    [pathOf('many')]: manyEvents(500),
    ...Object.fromEntries(wrong.map(([name, call]) => [pathOf(name), client + call])),
  };
  told = await inThread('type-problems.ts', 'typeProblems', files, editorOptions);
});

test('what is right compiles, and what is wrong does not', () => {
  expect(problemsIn(statements)).toEqual([]);
});

test.each(wrong)('%s is explained in words', (name, _call, message) => {
  const problems = problemsIn(pathOf(name));
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(message);
});

test('tsc takes a file of 500 own events (bench/types.ts has what it costs)', () => {
  expect(problemsIn(pathOf('many'))).toEqual([]);
});
