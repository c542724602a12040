// One relay and three on one Postgres: `node --conditions=@tracklayer/source bench/relay-many.ts [rounds]`.
// The same requests by as many connections, through one relay or spread over three; relays, load and database in
// processes of their own. In turn, medians of rounds, with the processor time of each.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { benchKey, cleanUp, freshDatabase, startRelay } from './faults/relay-stage.ts';

const rounds = Number(process.argv[2] ?? 5);
const shapes = [
  { connections: 30, perRequest: 1, requests: 12_000 },
  { connections: 6, perRequest: 100, requests: 240 },
];
const loader = fileURLToPath(new URL('./load-process.ts', import.meta.url));

/** Processor seconds of all processes with this name so far; on Linux alone. */
function processorSeconds(name: string): number {
  return readdirSync('/proc')
    .filter((id) => /^\d+$/.test(id))
    .reduce((sum, id) => {
      try {
        if (readFileSync(`/proc/${id}/comm`, 'utf8').trim() !== name) return sum;
        const fields = readFileSync(`/proc/${id}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
        return sum + (Number(fields[11]) + Number(fields[12])) / 100;
      } catch {
        return sum;
      }
    }, 0);
}

const db = await freshDatabase('Postgres');
const relays = [await startRelay(db), await startRelay(db), await startRelay(db)];
let first = 0;
for (const { connections, perRequest, requests } of shapes) {
  const rates: Record<string, number[]> = { '1 relay': [], '3 relays': [] };
  let databaseShare = 0;
  for (let round = -1; round < rounds; round++) {
    for (const [name, count] of [
      ['1 relay', 1],
      ['3 relays', 3],
    ] as const) {
      const [before, started] = [processorSeconds('postgres'), performance.now()];
      const took = await Promise.all(
        relays.slice(0, count).map(async ({ url }) => {
          const argv = [url, benchKey, requests / count, connections / count, first, perRequest].map(String);
          first += (requests / count) * perRequest;
          const [seconds] = (await once(fork(loader, argv), 'message')) as [number];
          return seconds;
        }),
      );
      if (round < 0) continue;
      rates[name]?.push((requests * perRequest) / Math.max(...took));
      databaseShare = (processorSeconds('postgres') - before) / ((performance.now() - started) / 1_000);
    }
  }
  const median = (values: readonly number[] = []): number =>
    values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
  const [one, three] = [median(rates['1 relay']), median(rates['3 relays'])];
  console.log(
    `${connections} at a time, ${perRequest} per request: 1 relay ${Math.round(one).toLocaleString('en')} events/s, 3 relays ${Math.round(three).toLocaleString('en')}, ${(three / one).toFixed(2)} ×; Postgres used ${databaseShare.toFixed(1)} processors in the last round`,
  );
}
for (const relay of relays) await relay.kill();
await cleanUp();
