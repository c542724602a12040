// What grows with the store: `node --conditions=@tracklayer/source bench/relay-growth.ts [SQLite|Postgres] [events]`.
// A relay in a process of its own is filled by batches of 500, four at a time. At 10⁵, 10⁶, … stored events: how long
// answers to one event take, 8 at a time, against those of a relay with 10,000 events in turn; the memory over its
// start; and the largest WAL so far (SQLite).
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

interface Times {
  p50: number;
  p99: number;
}

/** Milliseconds that answers to 1,000 events take. */
async function answerTimes(url: string): Promise<Times> {
  const times: number[] = [];
  await inLanes(8, 1_000, async () => {
    const body = JSON.stringify(orders(1)[0]);
    const started = performance.now();
    await post(url, body);
    times.push(performance.now() - started);
  });
  times.sort((one, other) => one - other);
  return { p50: at(times, 0.5), p99: at(times, 0.99) };
}

const residentMb = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;

const [db, smallDb] = [await freshDatabase(kind as StoreKind), await freshDatabase(kind as StoreKind)];
const [relay, small] = [await startRelay(db), await startRelay(smallDb)];
const fill = (url: string, count: number): Promise<void> =>
  inLanes(4, Math.ceil(count / 500), async () => {
    await post(url, JSON.stringify({ batch: orders(500), sent_at: new Date().toISOString() }));
    if (existsSync(`${db}-wal`)) walMb = Math.max(walMb, statSync(`${db}-wal`).size / 1_048_576);
  });

let walMb = 0;
await fill(small.url, 10_000);
await answerTimes(relay.url);
const before = residentMb(relay.pid);
let stored = 1_000;
console.log('| stored events | p50 | p99 | p99 × that of 10,000 | memory over its start | largest WAL |');
console.log('| ---: | ---: | ---: | ---: | ---: | ---: |');
for (let wanted = 100_000; wanted <= Number(most); wanted *= 10) {
  await fill(relay.url, wanted - stored);
  stored = wanted;
  const memory = residentMb(relay.pid) - before;
  const rounds: { large: Times; ratio: number }[] = [];
  // In turn, since what else the machine does moves both alike.
  for (let round = 0; round < 9; round++) {
    const [large, least] = [await answerTimes(relay.url), await answerTimes(small.url)];
    rounds.push({ large, ratio: large.p99 / least.p99 });
  }
  stored += 9_000;
  const cells = [
    wanted.toLocaleString('en'),
    `${median(rounds.map(({ large }) => large.p50)).toFixed(1)} ms`,
    `${median(rounds.map(({ large }) => large.p99)).toFixed(1)} ms`,
    median(rounds.map(({ ratio }) => ratio)).toFixed(2),
    `${memory.toFixed(0)} MB`,
    walMb > 0 ? `${walMb.toFixed(0)} MB` : '',
  ];
  console.log(`| ${cells.join(' | ')} |`);
}
agent.destroy();
await Promise.all([relay.kill(), small.kill()]);
await cleanUp();
