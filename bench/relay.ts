// Durable one-event answers a second: `node --conditions=@tracklayer/source bench/relay.ts`.
// The relay against the least that could stand in its place: the same HTTP server and the same store, a body parsed and
// inserted, nothing checked. Loopback, the load in a process of its own, candidates in turn, medians of rounds.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import { createSqliteStore, serveRelay, type ReceivedEvent } from '@tracklayer/relay';

const rounds = 9;
const requests = 1_500;
const secret = 'tlk_bench_0123456789';

interface Candidate {
  name: string;
  url: string;
  close(): Promise<void>;
}

async function relay(path: string): Promise<Candidate> {
  const keys = [{ environment: 'production', secret }];
  const server = await serveRelay({ store: createSqliteStore({ path }), keys, port: 0 });
  return { name: 'relay', url: server.url, close: () => server.close() };
}

async function bareInsert(path: string): Promise<Candidate> {
  const store = createSqliteStore({ path });
  const listener = getRequestListener(
    async (request) => {
      const event = (await request.json()) as ReceivedEvent['event'];
      const received_at = Date.now();
      const [outcome] = await store.capture({
        environment: 'production',
        received_at,
        messages: [{ event, key_properties: ['order_id'] }],
      });
      return Response.json({ event_id: event.event_id, status: outcome?.status });
    },
    { overrideGlobalObjects: false },
  );
  const server = createServer((incoming, outgoing) => void listener(incoming, outgoing));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await store.close();
  };
  return { name: 'bare insert', url: `http://127.0.0.1:${port}`, close };
}

async function load(url: string, connections: number, first: number): Promise<number> {
  const script = fileURLToPath(new URL('./load-process.ts', import.meta.url));
  const child = fork(script, [url, secret, requests, connections, first].map(String));
  const [seconds] = (await once(child, 'message')) as [number];
  return requests / seconds;
}

const sorted = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b);
const median = (values: readonly number[]): number => sorted(values)[Math.floor(values.length / 2)] ?? 0;
const shown = (value: number): string => Math.round(value).toLocaleString('en');

const folder = mkdtempSync(join(tmpdir(), 'tracklayer-bench-'));
const candidates = [await relay(join(folder, 'relay.db')), await bareInsert(join(folder, 'bare.db'))];
let first = 0;
for (const connections of [1, 32]) {
  const rates = new Map(candidates.map(({ name }) => [name, [] as number[]]));
  for (let round = -1; round < rounds; round++) {
    for (const { name, url } of round % 2 ? candidates.toReversed() : candidates) {
      const rate = await load(url, connections, (first += requests));
      if (round >= 0) rates.get(name)?.push(rate);
    }
  }
  console.log(`${connections} at a time, ${rounds} rounds of ${shown(requests)} requests`);
  for (const [name, values] of rates) {
    const [least = 0] = sorted(values);
    const most = sorted(values).at(-1) ?? 0;
    console.log(`  ${name.padEnd(12)} ${shown(median(values))} events/s (${shown(least)}–${shown(most)})`);
  }
  // Round by round: what else the machine does moves both alike.
  const bare = rates.get('bare insert') ?? [];
  const ratios = (rates.get('relay') ?? []).map((rate, round) => (rate / (bare[round] ?? NaN)) * 100);
  const [least = 0] = sorted(ratios);
  const most = sorted(ratios).at(-1) ?? 0;
  console.log(`  ratio        ${shown(median(ratios))} % (${shown(least)}–${shown(most)}), aim 80 %`);
}
for (const candidate of candidates) await candidate.close();
rmSync(folder, { recursive: true });
