import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { afterAll, expect, test } from 'vitest';
import { editorOptions } from '../../../tools/language-service.ts';

const folder = join(import.meta.dirname, '.types');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function problemsIn(file: string): string[] {
  const program = ts.createProgram([file], editorOptions);
  return ts
    .getPreEmitDiagnostics(program)
    .filter((problem) => problem.file?.fileName === file)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

function problemsOf(name: string, code: string): string[] {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.ts`);
  writeFileSync(file, code);
  return problemsIn(file);
}

test('what is right compiles, and what is wrong does not', () => {
  expect(problemsIn(join(import.meta.dirname, 'contract.test-d.ts'))).toEqual([]);
});

const client = `import { createClient, createMemoryTransport, defineEvents } from '@tracklayer/core';
const client = createClient({
  transport: createMemoryTransport(),
  events: defineEvents({
    redeem_points: { required: ['redemption_id'], key: 'redemption_id', properties: { redemption_id: 'id' } },
  }, { unknown: 'refuse' }),
});
`;

test.each([
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
])('%s is told in words', (name, call, message) => {
  const problems = problemsOf(name.replaceAll(' ', '-'), client + call);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(message);
});

test('tsc takes a file of 500 own events (bench/types.ts has what it costs)', () => {
  const names = Array.from({ length: 500 }, (_, index) => `own_event_${index}`);
  const rows = names.map(
    (name, index) =>
      `${name}: { required: ['id_${index}', 'value', 'currency'], key: 'id_${index}', properties: { id_${index}: 'id', note: 'text', count: 'number' } },`,
  );
  const calls = names.map(
    (name, index) =>
      `client.capture({ event: '${name}', properties: { id_${index}: 'x', value: 1, currency: 'EUR' } });`,
  );
  const code = (own: readonly string[], captures: readonly string[]): string =>
    `import { createClient, createMemoryTransport, defineEvents } from '@tracklayer/core';
const client = createClient({ transport: createMemoryTransport(), events: defineEvents({\n${own.join('\n')}\n}) });
${captures.join('\n')}`;
  expect(problemsOf('many', code(rows, calls))).toEqual([]);
});
