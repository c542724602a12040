// `pnpm bench:faults:relay [words of a scenario] [times]`: what becomes of what a
// relay accepted, fault by fault, on both stores. Real processes, sockets and signals; some ten minutes.
import { relayScenarios } from './relay-scenarios.ts';
import { cleanUp } from './relay-stage.ts';

const [wanted = '', given] = process.argv.slice(2);
const notes: string[] = [];
let isKept = true;

console.log('| Relay | store | answered | lost | doubled |\n| --- | --- | ---: | ---: | ---: |');
for (const [name, { play, times }] of Object.entries(relayScenarios)) {
  if (!name.includes(wanted)) continue;
  for (const kind of ['SQLite', 'Postgres'] as const) {
    const outcome = await play(kind, given === undefined ? times : Number(given)).catch((error: unknown) => ({
      answered: 0,
      lost: 0,
      doubled: 0,
      notes: [],
      broken: [String(error)],
    }));
    if (!outcome) continue;
    const { answered, lost, doubled, broken } = outcome;
    console.log(`| ${[name, kind, answered, lost, doubled].join(' | ')} |`);
    notes.push(...outcome.notes.map((note) => `- ${name}, ${kind}: ${note}`));
    notes.push(...broken.map((promise) => `NOT KEPT  ${name}, ${kind}: ${promise}`));
    if (lost > 0 || doubled > 0 || broken.length > 0) isKept = false;
  }
}
console.log(notes.join('\n'));
await cleanUp();
process.exitCode = isKept ? 0 : 1;
