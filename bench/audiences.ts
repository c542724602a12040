// Large audiences and many traits, on SQLite and on Postgres:
// `pnpm build && node --conditions=@tracklayer/source bench/audiences.ts [lists|ingest|import|traits] [members] [store] [lists]`.
// - lists: one audience of so many members (1,000,000); a delta of 10,000, a full list with a tenth of its members changed,
//   and one that changes nothing.
// - ingest: what ingest loses while full lists come in and are compared. Its rate meanwhile, against the mean of the ones
//   right before and after; five lists, or as many as the last argument says.
// - import: `tracklayer audiences import` of a file of so many lines.
// - traits: traits of so many people (100,000) reach a stand-in of Heap; from one relay, and from three on Postgres.
// Relays are processes of their own. But for `traits`, they and the command are the built ones, as users run them: compiling
// TypeScript takes 40 MB. Memory is the most that a process had (VmHWM, on Linux alone).
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startSandbox } from '@tracklayer/destinations/sandbox';
import { benchKey, cleanUp, freshDatabase, startRelay, type StoreKind } from './faults/relay-stage.ts';
import type { Lap } from './login-process.ts';

const [what = 'lists', given, only, rounds = '5'] = process.argv.slice(2);
const pageSize = 10_000;
const kinds = (['SQLite', 'Postgres'] as const).filter((kind) => only === undefined || kind === only);
const cli = fileURLToPath(new URL('../packages/relay/dist/cli.js', import.meta.url));

/** `tracklayer serve` in a process of its own. */
async function serve(kind: StoreKind): Promise<{ url: string; pid: number; kill(): Promise<void> }> {
  const key = `production:${benchKey}:events:write,events:read,audiences:write`;
  const child = fork(cli, ['serve', '--port', '0', '--db', await freshDatabase(kind), '--key', key], {
    execArgv: [],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const gone = once(child, 'exit');
  let printed = '';
  for await (const text of child.stdout?.setEncoding('utf8').iterator({ destroyOnReturn: false }) ?? []) {
    printed += String(text);
    const [, url] = /listens on (\S+)\n/.exec(printed) ?? [];
    if (url === undefined) continue;
    child.stdout?.resume();
    return {
      url,
      pid: child.pid ?? 0,
      async kill() {
        child.kill('SIGKILL');
        await gone;
      },
    };
  }
  throw new Error('the relay ended at its start; `pnpm build` comes first');
}

/** Calls a relay as an app does. */
async function call(url: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const answer = await fetch(url + path, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${benchKey}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Record<string, unknown>;
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

/** The most memory that a process had so far, in megabytes. */
function peakOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(text)?.[1] ?? NaN) / 1_024);
}

/** Sends a full list. @returns how long its pages took, and with the comparison. */
async function fullList(url: string, members: number, sync_id: string, from: number): Promise<string> {
  const total_pages = Math.ceil(members / pageSize);
  const started = performance.now();
  for (let page = 1; page <= total_pages; page++) {
    const first = from + (page - 1) * pageSize;
    const add = Array.from({ length: pageSize }, (_, place) => ({ user_id: `cust_${first + place}` }));
    await call(url, '/api/audiences/big/members', { sync_id, mode: 'full', page, total_pages, add });
  }
  const sent = performance.now() - started;
  await compared(url, sync_id);
  return `${seconds(performance.now() - started)} (pages ${seconds(sent)})`;
}

/** Resolves when the newest list is in force. */
async function compared(url: string, sync_id?: string): Promise<void> {
  for (;;) {
    const { sync } = (await call(url, '/api/audiences/big')) as { sync: { sync_id: string; state: string } };
    if ((sync_id === undefined || sync.sync_id === sync_id) && sync.state === 'done') return;
    await wait(100);
  }
}

async function delta(url: string, round: number): Promise<number> {
  const add = Array.from({ length: pageSize / 2 }, (_, place) => ({ user_id: `new_${round}_${place}` }));
  const remove = Array.from({ length: pageSize / 2 }, (_, place) => ({
    user_id: `cust_${round * pageSize + place}`,
  }));
  const started = performance.now();
  await call(url, '/api/audiences/big/members', { sync_id: `delta_${round}`, add, remove });
  return performance.now() - started;
}

/** So many events are on their way at a time: enough to keep a core busy, as one after the other is not. */
const atATime = 8;

/** Captures events, in a process of its own. */
function ingest(url: string) {
  const script = fileURLToPath(new URL('./login-process.ts', import.meta.url));
  const child = fork(script, [url, benchKey, String(atATime)]);
  const ask = async (word: 'lap' | 'stop'): Promise<Lap> => {
    child.send(word);
    const [lap] = (await once(child, 'message')) as [Lap];
    return lap;
  };
  return { lap: () => ask('lap'), stop: () => ask('stop') };
}

async function lists(kind: StoreKind, members: number): Promise<void> {
  const relay = await serve(kind);
  const { url } = relay;
  const filled = await fullList(url, members, 'first', 0);
  const deltas: number[] = [];
  for (let round = 1; round <= 5; round++) deltas.push(await delta(url, round));
  const changed = await fullList(url, members, 'second', members / 10);
  const same = await fullList(url, members, 'third', members / 10);
  const { size } = await call(url, '/api/audiences/big');
  if (size !== members) throw new Error(`${kind}: ${String(size)} members, not ${members}`);
  console.log(
    `| ${[kind, filled, seconds(median(deltas)), changed, same, `${peakOf(relay.pid)} MB`].join(' | ')} |`,
  );
  await relay.kill();
}

const aloneMs = 10_000;

/** Each list changes a tenth of its members. What the machine does besides changes within minutes, so each is compared with its neighbours. */
async function ingestBeside(kind: StoreKind, members: number): Promise<void> {
  const relay = await serve(kind);
  const { url } = relay;
  await fullList(url, members, 'filled', 0);
  const sender = ingest(url);
  const alone = async (): Promise<Lap> => {
    await sender.lap();
    await wait(aloneMs);
    return sender.lap();
  };
  await alone();
  const laps: Lap[] = [await alone()];
  const besides: Lap[] = [];
  const took: number[] = [];
  for (let round = 1; round <= Number(rounds); round++) {
    await sender.lap();
    const began = performance.now();
    await fullList(url, members, `beside_${round}`, (round % 2) * (members / 10));
    took.push(performance.now() - began);
    besides.push(await sender.lap());
    laps.push(await alone());
  }
  await sender.stop();
  const kept = besides.map((lap, place) => {
    const [before, after] = [laps[place]?.perSecond ?? NaN, laps[place + 1]?.perSecond ?? NaN];
    return (lap.perSecond / ((before + after) / 2)) * 100;
  });
  const of = (those: readonly Lap[], name: keyof Lap): string =>
    median(those.map((lap) => lap[name])).toFixed(0);
  const sorted = kept.toSorted((a, b) => a - b);
  console.log(
    `| ${[
      kind,
      `${of(laps, 'perSecond')} /s`,
      `${of(besides, 'perSecond')} /s`,
      `${median(kept).toFixed(0)} % (${sorted[0]?.toFixed(0)} to ${sorted.at(-1)?.toFixed(0)})`,
      `${of(laps, 'median')} → ${of(besides, 'median')} ms`,
      `${of(laps, 'longest')} → ${of(besides, 'longest')} ms`,
      seconds(median(took)),
      `${peakOf(relay.pid)} MB`,
    ].join(' | ')} |`,
  );
  await relay.kill();
}

/** The command's process: its seconds and its peak of memory. */
async function importFile(file: string, url: string): Promise<{ took: number; peak: number }> {
  const started = performance.now();
  const argv = ['audiences', 'import', 'big', file, '--url', url, '--key', benchKey];
  const child = fork(cli, argv, {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  let peak = 0;
  const timer = setInterval(() => {
    try {
      peak = peakOf(child.pid ?? 0) || peak;
    } catch {
      // It has just ended.
    }
  }, 50);
  const [code] = (await once(child, 'exit')) as [number];
  clearInterval(timer);
  if (code !== 0) throw new Error(`the command ended with ${code}`);
  return { took: performance.now() - started, peak };
}

async function imports(kind: StoreKind, lines: number, folder: string): Promise<void> {
  const file = join(folder, 'people.csv');
  const out = createWriteStream(file);
  out.write('user_id\n');
  for (let n = 0; n < lines; n++) if (!out.write(`cust_${n}\n`)) await once(out, 'drain');
  await new Promise((resolve) => out.end(resolve));
  const relay = await serve(kind);
  const started = performance.now();
  const { took, peak } = await importFile(file, relay.url);
  await compared(relay.url);
  console.log(
    `| ${[kind, seconds(took), `${peak} MB`, seconds(performance.now() - started), `${peakOf(relay.pid)} MB`].join(' | ')} |`,
  );
  await relay.kill();
}

async function traits(kind: StoreKind, count: number, people: number): Promise<void> {
  const arrivals: { at: number; users: number }[] = [];
  let known = 0;
  const sandbox = await startSandbox({
    onRequest({ path, status }) {
      if (path !== '/api/add_user_properties' || status !== 200) return;
      const { size } = sandbox.members('heap', 'users');
      arrivals.push({ at: performance.now(), users: size - known });
      known = size;
    },
  });
  const db = await freshDatabase(kind);
  const options = { destinations: { heap: { ...sandbox.settings.heap, events: [] } }, traits: {} };
  const relays = await Promise.all(Array.from({ length: count }, () => startRelay(db, { options })));
  const [first] = relays;
  if (!first) return;
  await call(first.url, '/api/destinations/heap/pause', {});
  for (let from = 0; from < people; from += 500) {
    const batch = Array.from({ length: Math.min(500, people - from) }, (_, place) => ({
      user_id: `cust_${from + place}`,
      event_id: crypto.randomUUID(),
      traits: { plan: 'pro' },
      consent: { analytics: 'granted' },
    }));
    await call(first.url, '/api/identify', { batch, sent_at: new Date().toISOString() });
  }
  await call(first.url, '/api/destinations/heap/resume', {});
  while (sandbox.members('heap', 'users').size < people) await wait(250);
  const [begun, ended] = [arrivals[0]?.at ?? 0, arrivals.at(-1)?.at ?? 0];
  // What came with the last request belongs to the time after it.
  const rate = ((people - (arrivals.at(-1)?.users ?? 0)) / (ended - begun)) * 60_000;
  const inMinuteFrom = (start: number): number =>
    arrivals.reduce((sum, { at, users }) => sum + (at >= start && at < start + 60_000 ? users : 0), 0);
  const most = Math.max(...arrivals.map(({ at }) => inMinuteFrom(at)));
  console.log(
    `| ${[`${kind}, ${count} ${count === 1 ? 'relay' : 'relays'}`, seconds(ended - begun), rate.toFixed(0), most, sandbox.requests('heap')].join(' | ')} |`,
  );
  for (const relay of relays) await relay.kill();
  await sandbox.close();
}

const columns = (...names: string[]): void =>
  console.log(`| ${names.join(' | ')} |\n|${' --- |'.repeat(names.length)}`);
const folder = mkdtempSync(join(tmpdir(), 'tracklayer-audiences-'));
try {
  if (what === 'lists') {
    columns('store', 'first full list', 'delta of 10,000', 'full list, a tenth changed', 'full list, nothing changed', 'memory of the relay'); // prettier-ignore
    for (const kind of kinds) await lists(kind, Number(given ?? 1_000_000));
  } else if (what === 'ingest') {
    columns('store', 'ingest alone', 'beside a full list', 'kept', 'median answer', 'longest answer', 'the list', 'memory of the relay'); // prettier-ignore
    for (const kind of kinds) await ingestBeside(kind, Number(given ?? 1_000_000));
  } else if (what === 'import') {
    columns('store', 'command', 'its memory', 'until in force', 'memory of the relay');
    for (const kind of kinds) await imports(kind, Number(given ?? 1_000_000), folder);
  } else if (what === 'traits') {
    columns('relays', 'people written in', 'people a minute', 'most in any minute', 'requests');
    const people = Number(given ?? 100_000);
    await Promise.all([
      traits('SQLite', 1, people),
      traits('Postgres', 1, people),
      traits('Postgres', 3, people),
    ]);
  } else throw new Error('lists, ingest, import or traits?');
} finally {
  rmSync(folder, { recursive: true, force: true });
  await cleanUp();
}
