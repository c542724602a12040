// The console and what it asks of the relay:
// `node --conditions=@tracklayer/source bench/console.ts [SQLite|Postgres] [stored events] [seconds of stream] [parts]`.
// In a real Chromium: its size, its first paint, the longest task and the memory while 1,000 events/s are streamed to it
// (300 s). Then ingest with five consoles open against none, what its pages ask of a store with 10⁶ events of 30 days, and
// how long `tracklayer verify` takes. The relay is in a process of its own; Chromium runs on the same cores. `parts` names
// some of size, paint, stream, streams, consoles, stored, verify.
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { createPostgresStore, createSqliteStore } from '@tracklayer/relay';
import { chromium, type Page } from 'playwright';
import { buildConsole } from '../packages/console/build.ts';
import { chromiumLaunchOptions } from '../tools/chromium.ts';
import {
  benchKey,
  cleanUp,
  freshDatabase,
  startRelay,
  type RelayProcess,
  type StoreKind,
} from './faults/relay-stage.ts';
import { order } from './order.ts';

const [
  kind = 'SQLite',
  stored = '1000000',
  seconds = '300',
  parts = 'size,paint,stream,streams,consoles,stored,verify',
] = process.argv.slice(2);
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const spread = (values: readonly number[], digits = 0): string =>
  `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)} to ${Math.max(...values).toFixed(digits)})`;
const say = (what: string, measured: string, aim: string): void =>
  console.log(`| ${what} | ${measured} | ${aim} |`);

await buildConsole();
const browser = await chromium.launch({
  ...chromiumLaunchOptions(),
  args: [...(chromiumLaunchOptions().args ?? []), '--enable-precise-memory-info'],
});
console.log(`| ${kind} | measured | aim |\n| --- | --- | --- |`);
const measures = {
  size: measureSize,
  paint: measurePaint,
  stream: () => measureStream(Number(seconds)),
  streams: () => measureIngest('streams'),
  consoles: () => measureIngest('consoles'),
  stored: () => measureStored(Number(stored)),
  verify: measureVerify,
};
for (const [part, measure] of Object.entries(measures)) if (parts.split(',').includes(part)) await measure();
await browser.close();
await cleanUp();

async function measureSize(): Promise<void> {
  const files = ['index.html', 'console.js', 'console.css', 'icon.svg'];
  const bytes = files.map(
    (file) => gzipSync(readFileSync(here(`../packages/console/dist/${file}`)), { level: 9 }).byteLength,
  );
  const all = bytes.reduce((sum, one) => sum + one, 0);
  say('all files, gzip', `${(all / 1_000).toFixed(1)} kB`, '60 kB');
}

async function open(url: string): Promise<Page> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${url}/console#key=${benchKey}`);
  await page.getByRole('link', { name: 'Live' }).waitFor();
  return page;
}

async function measurePaint(): Promise<void> {
  const relay = await startRelay(await freshDatabase(kind as StoreKind));
  const paints: number[] = [];
  const pages: number[] = [];
  for (let load = 0; load < 15; load++) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.addInitScript(() => {
      new PerformanceObserver((list) => {
        for (const { name, startTime } of list.getEntries())
          if (name === 'first-contentful-paint') Object.assign(window, { paintedAt: startTime });
      }).observe({ type: 'paint', buffered: true });
      new MutationObserver((_, observer) => {
        if (!document.querySelector('nav')) return;
        observer.disconnect();
        requestAnimationFrame(() => setTimeout(() => Object.assign(window, { shownAt: performance.now() })));
      }).observe(document, { childList: true, subtree: true });
    });
    await page.goto(`${relay.url}/console#key=${benchKey}`);
    await page.waitForFunction(() => 'shownAt' in window && 'paintedAt' in window);
    const [paint, shown] = await page.evaluate<[number, number]>('[window.paintedAt, window.shownAt]');
    paints.push(paint);
    pages.push(shown);
    await context.close();
  }
  say('first paint', `${spread(paints)} ms`, '300 ms');
  say('Live is painted', `${spread(pages)} ms`, '');
  await relay.kill();
}

/** Posts 1,000 events a second, in ten requests, and returns how many until it is stopped. */
function startLoad(url: string): () => Promise<number> {
  const stopping = new AbortController();
  let made = 0;
  const loop = (async () => {
    const started = performance.now();
    while (!stopping.signal.aborted) {
      await post(
        url,
        Array.from({ length: 100 }, () => purchase(made++)),
      );
      const aheadMs = made - (performance.now() - started);
      if (aheadMs > 0) await wait(aheadMs);
    }
  })();
  return async () => {
    stopping.abort();
    await loop;
    return made;
  };
}

function purchase(n: number): object {
  return { ...order(n), event_id: `ord_${n}_purchase` };
}

async function post(url: string, batch: readonly object[]): Promise<void> {
  const answer = await fetch(`${url}/api/capture`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${benchKey}` },
    body: JSON.stringify({ batch, sent_at: new Date().toISOString() }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
}

async function measureStream(forSeconds: number): Promise<void> {
  const relay = await startRelay(await freshDatabase(kind as StoreKind));
  const page = await open(relay.url);
  const client = await page.context().newCDPSession(page);
  const heapMb = async (): Promise<number> => {
    await client.send('HeapProfiler.collectGarbage');
    const { usedSize } = await client.send('Runtime.getHeapUsage');
    return usedSize / 1_048_576;
  };
  const stop = startLoad(relay.url);
  await wait(10_000);
  await page.evaluate(() => {
    const tasks: number[] = [];
    Object.assign(window, { tasks });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) tasks.push(duration);
    }).observe({ type: 'longtask' });
  });
  const begun = performance.now();
  const memory = [await heapMb()];
  // Collecting garbage by force is a long task itself: it is done where nobody counts.
  const nodes = async (): Promise<number> => page.evaluate('document.querySelectorAll("*").length');
  const firstNodes = await nodes();
  await wait(forSeconds * 1_000);
  const tasks = await page.evaluate<number[]>('window.tasks.slice(1)');
  memory.push(await heapMb());
  const cpuMs = await longestTaskCpu(page);
  const streamed = (performance.now() - begun) / 1_000;
  const lastNodes = await nodes();
  const sent = await stop();
  const rows = await page.getByRole('row').count();
  say(
    `streamed for ${Math.round(streamed)} s, ${Math.round(sent / (streamed + 10))} events/s: longest task`,
    `${tasks.length === 0 ? 'under 50' : Math.max(...tasks).toFixed(0)} ms; ${tasks.length} of 50 ms and more; ${cpuMs.toFixed(0)} ms of CPU in the longest of 30 s`,
    '100 ms',
  );
  say(
    'memory at the start and at the end, after a collection',
    `${memory.map((one) => one.toFixed(1)).join(' and ')} MB; ${firstNodes} and ${lastNodes} elements, ${rows} rows`,
    'flat',
  );
  await page.context().close();
  await relay.kill();
}

interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  args: { name?: string };
  /** CPU time of the thread, in microseconds. */
  tdur?: number;
}

/** The CPU that the longest task of 30 s took: unlike its time, it does not count what others did meanwhile. */
async function longestTaskCpu(page: Page): Promise<number> {
  await browser.startTracing(page, { categories: ['disabled-by-default-devtools.timeline', '__metadata'] });
  await wait(30_000);
  const trace = await browser.stopTracing();
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: readonly TraceEvent[] };
  const threadOf = ({ pid, tid }: TraceEvent): string => `${pid} ${tid}`;
  const mains = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
      .map(threadOf),
  );
  const times = traceEvents
    .filter((event) => event.name === 'RunTask' && mains.has(threadOf(event)))
    .map(({ tdur = 0 }) => tdur / 1_000);
  return times.reduce((most, one) => Math.max(most, one), 0);
}

/** What 20,000 events cost, from a process of its own: events a second, and the relay's own CPU in ms. */
async function ingest(relay: RelayProcess, first: number): Promise<{ rate: number; cpuMs: number }> {
  const [requests, perRequest] = [200, 100];
  const before = cpuMsOf(relay.pid);
  const child = fork(
    here('./load-process.ts'),
    [relay.url, benchKey, String(requests), '4', String(first), String(perRequest)],
    { execArgv: ['--no-warnings'] },
  );
  const [took] = (await once(child, 'message')) as [number];
  await once(child, 'exit');
  return { rate: (requests * perRequest) / took, cpuMs: cpuMsOf(relay.pid) - before };
}

/** User and system time of a process, in milliseconds (Linux counts in hundredths of a second). */
function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** CPU seconds of Chromium so far, by the kind of its processes: `renderer` runs pages, `browser` and `GPU` draw them. */
async function chromiumCpu(): Promise<ReadonlyMap<string, number>> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const byKind = new Map<string, number>();
  for (const { type, cpuTime } of processInfo) byKind.set(type, (byKind.get(type) ?? 0) + cpuTime);
  return byKind;
}

/** Ingest beside five watchers, against none. */
async function measureIngest(watchers: 'streams' | 'consoles'): Promise<void> {
  const relay = await startRelay(await freshDatabase(kind as StoreKind));
  let first = 0;
  const once20k = (): Promise<{ rate: number; cpuMs: number }> => ingest(relay, (first += 1_000_000));
  /** Streams as five consoles read them, without Chromium's share of the cores. */
  const streams = async (): Promise<() => void> => {
    const child = fork(here('./stream-process.ts'), [relay.url, benchKey, '5'], {
      execArgv: ['--no-warnings'],
    });
    await once(child, 'message');
    return () => void child.kill();
  };
  const pages = async (): Promise<() => Promise<unknown>> => {
    const opened = await Promise.all(Array.from({ length: 5 }, () => open(relay.url)));
    // Consoles that are open are measured, not the opening of them.
    await wait(2_000);
    return () => Promise.all(opened.map((page) => page.context().close()));
  };
  await once20k();
  const [what, watch] =
    watchers === 'streams'
      ? (['five streams read by another process', streams] as const)
      : (['five consoles in a Chromium on the same two cores', pages] as const);
  const [rates, cpus]: [number[], number[]] = [[], []];
  const ofChromium: Record<string, number[]> = {};
  for (let round = 0; round < 5; round++) {
    // Before and after, since what else the machine does moves all three.
    const before = await once20k();
    const end = await watch();
    const cpuBefore = await chromiumCpu();
    const meanwhile = await once20k();
    for (const [type, cpuSeconds] of await chromiumCpu())
      (ofChromium[type] ??= []).push((cpuSeconds - (cpuBefore.get(type) ?? 0)) * 1_000);
    await Promise.resolve(end());
    const after = await once20k();
    rates.push((200 * meanwhile.rate) / (before.rate + after.rate));
    cpus.push((200 * meanwhile.cpuMs) / (before.cpuMs + after.cpuMs));
  }
  say(`ingest with ${what}: events/s`, `${spread(rates)} %`, '95 %');
  say(`ingest with ${what}: the relay's CPU`, `${spread(cpus)} %`, '105 %');
  if (watchers === 'consoles')
    for (const [type, times] of Object.entries(ofChromium))
      say(`CPU of Chromium meanwhile, ${type}`, `${spread(times)} ms`, '');
  await relay.kill();
}

async function measureStored(events: number): Promise<void> {
  const db = await freshDatabase(kind as StoreKind);
  const store = kind === 'SQLite' ? createSqliteStore({ path: db }) : await createPostgresStore({ url: db });
  const days = 30;
  const begin = Date.now() - (days - 1) * 86_400_000;
  const names = ['purchase', 'add_to_cart', 'sign_up', 'begin_checkout'];
  for (let n = 0; n < events; n += 1_000) {
    const received_at = Math.min(begin + Math.floor((n / events) * (days - 1) * 86_400_000), Date.now());
    const occurred_at = new Date(received_at).toISOString();
    await store.capture({
      environment: 'production',
      received_at,
      messages: Array.from({ length: Math.min(1_000, events - n) }, (_, place) => {
        const event = names[(n + place) % 4] ?? '';
        return {
          event: { ...order(n + place), event, event_id: `ord_${n + place}_${event}`, occurred_at },
          key_properties: ['order_id'],
          deliveries: [{ destination: 'meta', due_at: received_at }],
        };
      }),
    });
  }
  await store.close();
  const relay = await startRelay(db);
  const time = async (path: string, body?: object): Promise<number[]> => {
    const times: number[] = [];
    for (let round = 0; round < 21; round++) {
      const started = performance.now();
      const answer = await fetch(`${relay.url}${path}`, {
        headers: { 'content-type': 'application/json', authorization: `Bearer ${benchKey}` },
        ...(body && { method: 'POST', body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${path}: ${text}`);
      times.push(performance.now() - started);
    }
    return times;
  };
  const middle = Math.floor(events / 8) * 4;
  const id = `ord_${middle}_purchase`;
  const cursor = await fetch(`${relay.url}/api/events?limit=500`, {
    headers: { authorization: `Bearer ${benchKey}` },
  });
  const { next_cursor } = (await cursor.json()) as { next_cursor: string };
  say('a page of 50 stored events', `${spread(await time('/api/events?limit=50'), 1)} ms`, '50 ms');
  say(
    'the page after the first 500',
    `${spread(await time(`/api/events?limit=50&after=${next_cursor}`), 1)} ms`,
    '50 ms',
  );
  say('one event by its id', `${spread(await time(`/api/events/${id}`), 1)} ms`, '20 ms');
  const find = async (search: object): Promise<string> =>
    `${spread(await time('/api/events/find', search), 1)} ms`;
  say('found by its order_id', await find({ id: `ord_${middle}` }), '20 ms');
  say('found by user_id, the newest 50', await find({ id: 'cust_7' }), '20 ms');
  say(
    'found by a delivery, the newest 50',
    await find({ destination: 'meta', delivery: 'pending' }),
    '50 ms',
  );
  say('a reason that none of 5,000 has', await find({ reason: 'consent_denied' }), '');
  say('its trace', `${spread(await time(`/api/events/${id}/trace`), 1)} ms`, '');
  say('a report of 30 days', `${spread(await time('/api/report?since=30d'), 1)} ms`, '500 ms');
  await relay.kill();
}

async function measureVerify(): Promise<void> {
  const sink = createServer((request, answer) => {
    request.resume().on('end', () => answer.end('{}'));
  }).listen(0, '127.0.0.1');
  await once(sink, 'listening');
  const { port } = sink.address() as AddressInfo;
  const relay = await startRelay(await freshDatabase(kind as StoreKind), {
    sink: `http://127.0.0.1:${port}`,
  });
  await post(relay.url, [purchase(1)]);
  const times: number[] = [];
  for (let round = 0; round < 5; round++) {
    const started = performance.now();
    await promisify(execFile)(
      process.execPath,
      [
        '--conditions=@tracklayer/source',
        here('../packages/relay/src/cli.ts'),
        'verify',
        '--event',
        'purchase',
        '--user',
        'cust_1',
        '--url',
        relay.url,
        '--destination',
        'sink',
        '--live',
      ],
      { env: { ...process.env, TRACKLAYER_KEY: benchKey } },
    ).catch((error: { stdout: string; stderr: string }) => {
      throw new Error(`${error.stdout}${error.stderr}`);
    });
    times.push(performance.now() - started);
  }
  say('`tracklayer verify`, to the last of its checks', `${spread(times)} ms`, '5,000 ms');
  sink.close();
  await relay.kill();
}
