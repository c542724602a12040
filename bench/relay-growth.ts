// What grows with the store: `node --conditions=@tracklayer/source bench/relay-growth.ts [SQLite|Postgres] [events]`.
// A relay in a process of its own is filled by batches of 500, four at a time. At 10⁴, 10⁵, … stored events: how long
// answers to one event take, 8 at a time, the relay's memory over its start, and the largest WAL so far (SQLite).
// Memory is read from /proc, so on Linux alone.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { benchKey, cleanUp, freshDatabase, startRelay, type StoreKind } from './faults/relay-stage.ts';
import { order } from './order.ts';

const [kind = 'SQLite', most = '1000000'] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true });
let made = 0;
const orders = (count: number): object[] =>
  Array.from({ length: count }, () => {
    const one = order(made++);
    return { ...one, event_id: `${one.properties.order_id}_purchase` };
  });

function post(url: string, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${benchKey}` };
    const sent = request(`${url}/api/capture`, { method: 'POST', agent, headers }, (answer) => {
      answer.resume();
      answer.on('end', () =>
        answer.statusCode === 200 ? resolve() : reject(new Error(`answered ${answer.statusCode}`)),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

async function inLanes(lanes: number, times: number, work: () => Promise<void>): Promise<void> {
  let left = times;
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      while (left-- > 0) await work();
    }),
  );
}

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.floor(sorted.length * share)] ?? 0;
const median = (values: readonly number[]): number =>
  at(
    values.toSorted((a, b) => a - b),
    0.5,
  );

/** Milliseconds that an answer takes: the medians of five rounds of 1,000. */
async function answerTimes(url: string): Promise<{ p50: number; p99: number }> {
  const rounds: { p50: number; p99: number }[] = [];
  for (let round = 0; round < 5; round++) {
    const times: number[] = [];
    await inLanes(8, 1_000, async () => {
      const body = JSON.stringify(orders(1)[0]);
      const started = performance.now();
      await post(url, body);
      times.push(performance.now() - started);
    });
    times.sort((a, b) => a - b);
    rounds.push({ p50: at(times, 0.5), p99: at(times, 0.99) });
  }
  return { p50: median(rounds.map(({ p50 }) => p50)), p99: median(rounds.map(({ p99 }) => p99)) };
}

const residentMb = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;

const db = await freshDatabase(kind as StoreKind);
const starts: number[] = [];
for (let start = 0; start < 5; start++) {
  const relay = await startRelay(db);
  starts.push(relay.startMs);
  await relay.kill();
}
console.log(`from the start of the process to the first answer: ${median(starts).toFixed(0)} ms, of 5`);

const relay = await startRelay(db);
await answerTimes(relay.url);
const before = residentMb(relay.pid);
let walMb = 0;
console.log('| stored events | p50 | p99 | memory over its start | largest WAL |');
console.log('| ---: | ---: | ---: | ---: | ---: |');
for (let stored = 10_000; stored <= Number(most); stored *= 10) {
  const started = performance.now();
  const missing = Math.max(0, stored - made);
  await inLanes(4, Math.ceil(missing / 500), async () => {
    await post(relay.url, JSON.stringify({ batch: orders(500), sent_at: new Date().toISOString() }));
    if (existsSync(`${db}-wal`)) walMb = Math.max(walMb, statSync(`${db}-wal`).size / 1_048_576);
  });
  const perSecond = missing / ((performance.now() - started) / 1_000);
  const memory = residentMb(relay.pid) - before;
  const { p50, p99 } = await answerTimes(relay.url);
  const cells = [stored.toLocaleString('en'), `${p50.toFixed(1)} ms`, `${p99.toFixed(1)} ms`];
  const wal = walMb > 0 ? `${walMb.toFixed(0)} MB` : '';
  console.log(`| ${[...cells, `${memory.toFixed(0)} MB`, wal].join(' | ')} |`);
  console.error(`filled at ${Math.round(perSecond).toLocaleString('en')} events/s`);
}
agent.destroy();
await relay.kill();
await cleanUp();
