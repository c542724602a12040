// How quick deliveries are: `pnpm bench:deliver [events] [rounds] [SQLite|Postgres]`.
// So many purchases (10,000) wait for three destinations, which are let go at once: until the last is settled, and how
// long the event loop was held meanwhile. Then once more beside a destination that does not answer, and ingest beside
// both. With `pending` in place of a number: how much memory a relay takes that starts with so many rows waiting
// (1,000,000), while it delivers for ten seconds. With `relays`: one relay and three on one Postgres. The relay is in this process, the stand-ins and Postgres in others.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  createPostgresStore,
  createRelay,
  createSqliteStore,
  type Relay,
  type RelayOptions,
  type Store,
} from '@tracklayer/relay';
import { startPostgres } from '../tools/postgres.ts';
import { benchKey, cleanUp, freshDatabase, startRelay } from './faults/relay-stage.ts';

const isPending = process.argv[2] === 'pending';
const events = isPending
  ? Math.ceil(Number(process.argv[3] ?? 1_000_000) / 3)
  : Number(process.argv[2] ?? 10_000) || 10_000;
const rounds = Number(process.argv[3] ?? 3);
const only = process.argv[4];
const key = 'tlk_bench_0123456789abcdef';
const three = ['meta', 'tiktok', 'heap'] as const;

const child = fork(fileURLToPath(new URL('./sandbox-process.ts', import.meta.url)), {
  execArgv: ['--conditions=@tracklayer/source', '--no-warnings'],
});
const [{ settings }] = (await once(child, 'message')) as [{ settings: Record<string, object> }];
/** Takes connections and says nothing. */
const dead = createServer(() => {}).listen(0, '127.0.0.1');
await once(dead, 'listening');
const deadUrl = `http://127.0.0.1:${(dead.address() as AddressInfo).port}`;

async function call(relay: Relay, path: string, body?: object): Promise<Record<string, unknown>> {
  const answer = await relay.fetch(
    new Request(`http://relay.test${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    }),
  );
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Record<string, unknown>;
}

const purchase = (n: number): object => ({
  event: 'purchase',
  event_id: `ord_${n}_purchase`,
  user_id: `cust_${n}`,
  occurred_at: new Date().toISOString(),
  properties: { order_id: `ord_${n}`, value: 129.95, currency: 'EUR' },
  consent: { ad_user_data: 'granted', ad_personalization: 'granted', analytics: 'granted' },
  context: { click_ids: { fbc: `fb.1.1764151200000.x${n}`, ttclid: `t${n}` } },
});

async function fill(relay: Relay): Promise<void> {
  for (let n = 0; n < events; n += 500)
    await call(relay, '/api/capture', {
      batch: Array.from({ length: Math.min(500, events - n) }, (_, place) => purchase(n + place)),
    });
}

interface Counts {
  destinations: { destination: string; counts: { accepted: number; pending: number } }[];
}

/** Lets the destinations go, and waits until nothing is pending at the three. */
async function drain(
  relay: Relay,
): Promise<{ seconds: number; heldMs: number; busyMs: number; cpuMs: number }> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const busiest = startWatch();
  const cpu = process.cpuUsage();
  const started = performance.now();
  await Promise.all(three.map((name) => call(relay, `/api/destinations/${name}/resume`, {})));
  for (;;) {
    const { destinations } = (await call(relay, '/api/destinations')) as unknown as Counts;
    const mine = destinations.filter(({ destination }) => (three as readonly string[]).includes(destination));
    if (mine.every(({ counts }) => counts.pending === 0)) {
      const lost = mine.filter(({ counts }) => counts.accepted !== events);
      if (lost.length > 0) throw new Error(`not all were accepted: ${JSON.stringify(lost)}`);
      break;
    }
    await wait(50);
  }
  delay.disable();
  const { user, system } = process.cpuUsage(cpu);
  const cpuMs = (user + system) / 1_000;
  return {
    seconds: (performance.now() - started) / 1_000,
    heldMs: delay.max / 1e6,
    busyMs: busiest(),
    cpuMs,
  };
}

/** The most CPU that one turn of the event loop took, in ms: without what the disk or other processes made it wait. */
function startWatch(): () => number {
  let before = process.threadCpuUsage();
  let most = 0;
  const timer = setInterval(() => {
    const { user, system } = process.threadCpuUsage(before);
    most = Math.max(most, (user + system) / 1_000);
    before = process.threadCpuUsage();
  }, 1);
  return () => {
    clearInterval(timer);
    return most;
  };
}

/** Captures one event after the other until it is stopped. @returns events per second. */
function startIngest(relay: Relay, from: number): () => Promise<number> {
  const started = performance.now();
  const stopping = new AbortController();
  let done = 0;
  const loop = (async () => {
    while (!stopping.signal.aborted) await call(relay, '/api/capture', purchase(from + done++));
  })();
  return async () => {
    stopping.abort();
    await loop;
    return done / ((performance.now() - started) / 1_000);
  };
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

async function measure(name: string, open: (round: number) => Promise<Store>): Promise<void> {
  const rates: Record<string, number[]> = { alone: [], 'beside a dead one': [] };
  const held: number[] = [];
  const busy: number[] = [];
  const cost: number[] = [];
  const ingest: Record<string, number[]> = { alone: [], 'beside a dead one': [] };
  let memory = 0;
  for (let round = 0; round < rounds; round++)
    for (const [kind, hasDead] of [
      ['alone', false],
      ['beside a dead one', true],
    ] as const) {
      const store = await open(round);
      const destinations: RelayOptions['destinations'] = {
        ...Object.fromEntries(three.map((type) => [type, { ...settings[type], holdMs: 0 }])),
        ...(hasDead && { dead: { ...settings['webhook'], type: 'webhook', url: deadUrl, holdMs: 0 } }),
      };
      const relay = createRelay({
        store,
        keys: [
          {
            environment: 'production',
            secret: key,
            scopes: ['events:write', 'events:read', 'destinations:write'],
          },
        ],
        destinations,
      });
      for (const type of three) await call(relay, `/api/destinations/${type}/pause`, {});
      await fill(relay);
      globalThis.gc?.();
      const before = process.memoryUsage().rss;
      const { seconds, heldMs, busyMs, cpuMs } = await drain(relay);
      memory = Math.max(memory, process.memoryUsage().rss - before);
      rates[kind]?.push((events * three.length) / seconds);
      held.push(heldMs);
      busy.push(busyMs);
      cost.push((cpuMs / (events * three.length)) * 1_000);
      const stop = startIngest(relay, 10_000_000);
      await wait(3_000);
      ingest[kind]?.push(await stop());
      await relay.close();
    }
  const rate = (list: readonly number[] = []): string => Math.round(median(list)).toLocaleString('en');
  console.log(
    `| ${[
      name,
      `${rate(rates['alone'])} /s`,
      `${rate(rates['beside a dead one'])} /s`,
      `${Math.round(median(cost))} ms`,
      ...[held, busy].map((all) => `${Math.round(median(all))} ms (${all.map(Math.round).join(', ')})`),
      `+${Math.round(memory / 1e6)} MB`,
      `${rate(ingest['alone'])} → ${rate(ingest['beside a dead one'])} /s`,
    ].join(' | ')} |`,
  );
}

/** Resident memory of a fresh process whose relay has many rows waiting, and delivers for ten seconds. */
async function memoryWithPending(): Promise<string> {
  const path = join(folder, 'pending.db');
  const destinations = Object.fromEntries(three.map((type) => [type, { ...settings[type], holdMs: 0 }]));
  const scopes = ['events:write', 'events:read', 'destinations:write'] as const;
  const filling = createRelay({
    keys: [{ environment: 'production', secret: key, scopes }],
    destinations,
    store: createSqliteStore({ path }),
  });
  for (const type of three) await call(filling, `/api/destinations/${type}/pause`, {});
  await fill(filling);
  for (const type of three) await call(filling, `/api/destinations/${type}/resume`, {});
  await filling.close();
  const relay = await startRelay(path, { options: { destinations } });
  let most = 0;
  for (let turn = 0; turn < 100; turn++) {
    await wait(100);
    const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${relay.pid}/status`, 'utf8')) ?? [];
    most = Math.max(most, Number(kilobytes) / 1_000);
  }
  const answer = await fetch(`${relay.url}/api/destinations`, {
    headers: { authorization: `Bearer ${benchKey}` },
  });
  const { destinations: states } = (await answer.json()) as Counts;
  await relay.kill();
  const sent = states.reduce((sum, { counts }) => sum + counts.accepted, 0);
  return `${Math.round(most)} MB resident, ${sent.toLocaleString('en')} delivered by then`;
}

/** Deliveries per second by so many relays on one Postgres, each in a process of its own. */
async function ratesOf(relays: number): Promise<number> {
  const db = await freshDatabase('Postgres');
  const destinations = Object.fromEntries(three.map((type) => [type, { ...settings[type], holdMs: 0 }]));
  const scopes = ['events:write', 'events:read', 'destinations:write'] as const;
  const filling = createRelay({
    keys: [{ environment: 'production', secret: key, scopes }],
    destinations,
    store: await createPostgresStore({ url: db }),
  });
  for (const type of three) await call(filling, `/api/destinations/${type}/pause`, {});
  await fill(filling);
  const running = await Promise.all(
    Array.from({ length: relays }, () => startRelay(db, { options: { destinations } })),
  );
  const started = performance.now();
  for (const type of three) await call(filling, `/api/destinations/${type}/resume`, {});
  await filling.close();
  const [first] = running;
  for (;;) {
    const answer = await fetch(`${first?.url}/api/destinations`, {
      headers: { authorization: `Bearer ${benchKey}` },
    });
    const { destinations: states } = (await answer.json()) as Counts;
    if (states.every(({ counts }) => counts.pending === 0)) break;
    await wait(50);
  }
  const seconds = (performance.now() - started) / 1_000;
  for (const relay of running) await relay.kill();
  return (events * three.length) / seconds;
}

/** From the answer to a capture until the first request for it begins, less the hold, in ms: median and the longest. */
async function firstRequest(): Promise<string> {
  const arrivals = new Map<string, number>();
  const server = createHttpServer((incoming, outgoing) => {
    let text = '';
    incoming.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    incoming.on('end', () => {
      arrivals.set((JSON.parse(text) as { event: { event_id: string } }).event.event_id, performance.now());
      outgoing.writeHead(204).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const holdMs = 200;
  const relay = createRelay({
    store: createSqliteStore({ path: join(folder, 'first.db') }),
    keys: [{ environment: 'production', secret: key }],
    destinations: { webhook: { url, secret: 'a secret of the benchmark', allowPrivate: true, holdMs } },
  });
  const late: number[] = [];
  for (let n = 0; n < 50; n++) {
    await call(relay, '/api/capture', purchase(n));
    const answered = performance.now();
    while (!arrivals.has(`ord_${n}_purchase`)) await wait(5);
    late.push((arrivals.get(`ord_${n}_purchase`) ?? 0) - answered - holdMs);
  }
  await relay.close();
  server.close();
  return `${Math.round(median(late))} ms, at most ${Math.round(Math.max(...late))} ms`;
}

const folder = mkdtempSync(join(tmpdir(), 'tracklayer-bench-'));
if (process.argv[2] === 'relays') {
  const rates: number[][] = [[], []];
  for (let round = 0; round < 3; round++)
    for (const [place, relays] of [1, 3].entries()) rates[place]?.push(await ratesOf(relays));
  const [one = 0, many = 0] = rates.map(median);
  console.log(`1 relay ${Math.round(one)} /s, 3 relays ${Math.round(many)} /s, ${(many / one).toFixed(2)} ×`);
  await cleanUp();
} else if (isPending) console.log(`${events * 3} rows pending: ${await memoryWithPending()}`);
else await measureAll();
rmSync(folder, { recursive: true });
dead.close();
child.disconnect();
process.exit();

async function measureAll(): Promise<void> {
  console.log(`${events} purchases to ${three.join(', ')}; medians of ${rounds} rounds`);
  console.log(
    '| store | deliveries | beside a dead one | CPU for 1,000 | event loop held up to | CPU of one turn up to | memory | ingest meanwhile, without → with the dead one |\n| --- | --- | --- | --- | --- | --- | --- | --- |',
  );
  let files = 0;
  if (only !== 'Postgres')
    await measure('SQLite', async () => createSqliteStore({ path: join(folder, `relay-${files++}.db`) }));
  if (only !== 'SQLite') await measurePostgres();
  console.log(`first request after the hold: ${await firstRequest()} (SQLite)`);
}

async function measurePostgres(): Promise<void> {
  const postgres = await startPostgres();
  let databases = 0;
  await measure('Postgres', async () => {
    const { Client } = await import('pg');
    const name = `deliver_${databases++}`;
    const client = new Client({ connectionString: postgres.url });
    await client.connect();
    await client.query(`CREATE DATABASE ${name}`);
    await client.end();
    return createPostgresStore({ url: postgres.urlOf(name) });
  });
  await postgres.stop();
}
