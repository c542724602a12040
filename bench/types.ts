// What 500 events of your own cost in the editor and in `tsc`: `node bench/types.ts`.
// An edit makes TypeScript look at all types anew; without one it remembers. Medians of rounds, with their spread.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { editorOptions, openFile } from '../tools/language-service.ts';

const tscRounds = 5;
const completionRounds = 20;

const names = Array.from({ length: 500 }, (_, index) => `own_event_${index}`);
const rows = names.map(
  (name, index) =>
    `${name}: { required: ['id_${index}', 'value', 'currency'], key: 'id_${index}', properties: { id_${index}: 'id', note: 'text' } },`,
);
const calls = names.map(
  (name, index) =>
    `client.capture({ event: '${name}', properties: { id_${index}: 'x', value: 1, currency: 'EUR' } });`,
);
const client = (own: readonly string[]): string => `
import { createClient, createMemoryTransport, defineEvents } from '@tracklayer/core';
const client = createClient({ transport: createMemoryTransport(), events: defineEvents({\n${own.join('\n')}\n}) });
`;

function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function tell(what: string, taken: readonly number[]): void {
  const sorted = taken.toSorted((a, b) => a - b);
  const [least, median, most] = [0, Math.floor((sorted.length - 1) / 2), sorted.length - 1].map((place) =>
    sorted[place]!.toFixed(sorted[place]! < 100 ? 1 : 0),
  );
  console.log(`${what.padEnd(46)} ${median} ms (${least}–${most})`);
}

const folder = join(import.meta.dirname, '../packages/core/test/.types');
mkdirSync(folder, { recursive: true });

function compile(code: string): void {
  const file = join(folder, 'bench.ts');
  writeFileSync(file, code);
  const problems = ts.getPreEmitDiagnostics(ts.createProgram([file], editorOptions));
  if (problems.length > 0) throw new Error(ts.flattenDiagnosticMessageText(problems[0]!.messageText, '\n'));
}

try {
  const [none, all] = [client([]), client(rows) + calls.join('\n')];
  compile(none);
  tell(
    'tsc, no event of your own',
    Array.from({ length: tscRounds }, () => timed(() => compile(none))),
  );
  tell(
    'tsc, 500 events and 500 calls',
    Array.from({ length: tscRounds }, () => timed(() => compile(all))),
  );
} finally {
  rmSync(folder, { recursive: true });
}

const completions = [
  ['no event of your own', client([]), "client.capture({ event: '|' });", 'purchase'],
  ["capture({ event: '", client(rows), "client.capture({ event: '|' });", 'own_event_499'],
  ['properties: {', client(rows), "client.capture({ event: 'own_event_7', properties: { | } });", 'id_7'],
] as const;

for (const [where, before, call, offered] of completions) {
  const file = openFile(before + call);
  const ask = (): number =>
    timed(() => {
      if (!file.completions().includes(offered)) throw new Error(`${where} does not offer ${offered}`);
    });
  ask();
  const [edited, again]: [number[], number[]] = [[], []];
  for (let round = 0; round < completionRounds; round++) {
    file.type(`${before}// edit ${round}\n${call}`);
    edited.push(ask());
    again.push(ask());
  }
  tell(`${where}, after an edit`, edited);
  tell(`${where}, asked again`, again);
}
