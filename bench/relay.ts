// Durable events a second: `node --conditions=@tracklayer/source bench/relay.ts [rounds]`.
// The relay against the least that could stand in its place: plain `node:http`, a body parsed and put into the same
// store, nothing checked. Loopback, servers and load in processes of their own, candidates in turn, medians of rounds.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createSqliteStore, serveRelay, type ReceivedEvent } from '@tracklayer/relay';

const secret = 'tlk_bench_0123456789';
const shapes = [
  { connections: 1, perRequest: 1, requests: 1_500, aim: 80 },
  { connections: 32, perRequest: 1, requests: 6_000, aim: 80 },
  { connections: 8, perRequest: 100, requests: 150, aim: 75 },
];

const servers: Record<string, (path: string) => Promise<string>> = {
  async relay(path) {
    const keys = [{ environment: 'production', secret }];
    return (await serveRelay({ store: createSqliteStore({ path }), keys, port: 0 })).url;
  },

  async 'bare insert'(path) {
    const store = createSqliteStore({ path });
    const key_properties = ['order_id'];
    const server = createServer((incoming, outgoing) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => void insert(Buffer.concat(chunks).toString(), outgoing));
    });
    async function insert(text: string, outgoing: ServerResponse): Promise<void> {
      const body = JSON.parse(text) as { batch: ReceivedEvent['event'][] } | ReceivedEvent['event'];
      const events = 'batch' in body ? body.batch : [body];
      const messages = events.map((event) => ({ event, key_properties }));
      const received_at = Date.now();
      const outcomes = await store.capture({ environment: 'production', received_at, messages });
      const results = outcomes.map(({ status }, place) => ({ event_id: events[place]?.event_id, status }));
      outgoing.setHeader('content-type', 'application/json');
      outgoing.end(JSON.stringify('batch' in body ? { results } : results[0]));
    }
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  },
};

const self = fileURLToPath(import.meta.url);
const loader = fileURLToPath(new URL('./load-process.ts', import.meta.url));
const [serve, path = ''] = process.argv.slice(2);
if (serve !== undefined && serve in servers) {
  process.send?.(await servers[serve]!(path));
  process.on('message', () => process.send?.(process.cpuUsage()));
  process.on('disconnect', () => process.exit());
} else await measure(Number(serve ?? 9));

async function measure(rounds: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tracklayer-bench-'));
  const candidates = await Promise.all(
    Object.keys(servers).map(async (name) => {
      const child = fork(self, [name, join(folder, `${name}.db`)]);
      const [url] = (await once(child, 'message')) as [string];
      return { name, child, url };
    }),
  );
  let first = 0;
  for (const { connections, perRequest, requests, aim } of shapes) {
    const events = requests * perRequest;
    const rates = new Map(candidates.map(({ name }) => [name, [] as number[]]));
    const cpu = new Map(candidates.map(({ name }) => [name, [] as number[]]));
    for (let round = -1; round < rounds; round++) {
      for (const { name, child, url } of round % 2 ? candidates.toReversed() : candidates) {
        const before = await cpuOf(child);
        const argv = [url, secret, requests, connections, first, perRequest].map(String);
        const [seconds] = (await once(fork(loader, argv), 'message')) as [number];
        first += events;
        if (round < 0) continue;
        rates.get(name)?.push(events / seconds);
        cpu.get(name)?.push(((await cpuOf(child)) - before) / events);
      }
    }
    console.log(
      `${connections} at a time, ${perRequest} per request, ${rounds} rounds of ${shown(events)} events`,
    );
    for (const [name, values] of rates) {
      const spent = median(cpu.get(name) ?? []).toFixed(0);
      console.log(`  ${name.padEnd(12)} ${range(values)} events/s, ${spent} µs of CPU per event`);
    }
    // Round by round: what else the machine does moves both alike.
    const bare = rates.get('bare insert') ?? [];
    const ratios = (rates.get('relay') ?? []).map((rate, round) => (rate / (bare[round] ?? NaN)) * 100);
    console.log(`  ratio        ${range(ratios)} %, aim ${aim} %`);
  }
  for (const { child } of candidates) child.disconnect();
  rmSync(folder, { recursive: true });
}

async function cpuOf(child: ReturnType<typeof fork>): Promise<number> {
  child.send('cpu');
  const [{ user, system }] = (await once(child, 'message')) as [NodeJS.CpuUsage];
  return user + system;
}

function sorted(values: readonly number[]): number[] {
  return values.toSorted((a, b) => a - b);
}
function median(values: readonly number[]): number {
  return sorted(values)[Math.floor(values.length / 2)] ?? 0;
}
function range(values: readonly number[]): string {
  return `${shown(median(values))} (${shown(sorted(values)[0] ?? 0)}–${shown(sorted(values).at(-1) ?? 0)})`;
}
function shown(value: number): string {
  return Math.round(value).toLocaleString('en');
}
