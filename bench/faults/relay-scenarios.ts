import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { startLoad } from './relay-load.ts';
import {
  benchKey,
  doorTo,
  freshDatabase,
  judge,
  startRelay,
  type Judgement,
  type RelayProcess,
  type StoreKind,
} from './relay-stage.ts';

/** What came of a scenario: counts, what else is worth telling, and the promises that were not kept. */
interface RelayOutcome extends Judgement {
  notes: readonly string[];
  broken: readonly string[];
}

type Scenario = (kind: StoreKind, times: number) => Promise<RelayOutcome | undefined>;

const shown = (outcomes: ReadonlyMap<string, number>): string =>
  [...outcomes].map(([outcome, count]) => `${outcome} ${count}`).join(', ');
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** One relay, killed at random moments under load, and started again on the same port. */
const killed: Scenario = async (kind, times) => {
  const db = await freshDatabase(kind);
  let relay = await startRelay(db);
  const port = Number(new URL(relay.url).port);
  const load = startLoad(() => [`http://127.0.0.1:${port}`]);
  const starts: number[] = [];
  for (let kill = 0; kill < times; kill++) {
    await wait(20 + Math.random() * 200);
    await relay.kill();
    relay = await startRelay(db, { port });
    starts.push(relay.startMs);
  }
  await load.stop();
  await relay.kill();
  const notes = [
    `${times} kills; requests: ${shown(load.outcomes)}`,
    `start to first answer, under load: ${Math.round(median(starts))} ms`,
  ];
  return { ...(await judge(db, load)), notes, broken: [] };
};

/** The database refuses and resets every connection for a while. */
const databaseGone: Scenario = async (kind, seconds) => {
  if (kind === 'SQLite') return undefined;
  const db = await freshDatabase(kind);
  const door = await doorTo(db);
  const relay = await startRelay(door.url);
  const load = startLoad(() => [relay.url]);
  await wait(2_000);
  await door.shut();
  await wait(1_000);
  const health = await fetch(`${relay.url}/api/health`);
  await wait((seconds - 1) * 1_000);
  const before = load.answered.size;
  const refused = load.outcomes.get('503') ?? 0;
  const backAt = performance.now();
  await door.open();
  while (load.answered.size === before && performance.now() < backAt + 20_000) await wait(5);
  const recovery = performance.now() - backAt;
  await wait(2_000);
  await load.stop();
  await relay.kill();
  await door.shut();
  const others = [...load.outcomes.keys()].filter((outcome) => !['200', '503'].includes(outcome));
  return {
    ...(await judge(db, load)),
    notes: [
      `requests: ${shown(load.outcomes)}; slowest answer ${Math.round(load.slowest())} ms; accepts again after ${Math.round(recovery)} ms`,
    ],
    broken: [
      ...(refused === 0 ? ['no request was answered 503'] : []),
      ...(health.status === 503 ? [] : [`/api/health answered ${health.status}`]),
      ...(others.length > 0 ? [`requests ended in ${others.join(', ')}`] : []),
      ...(recovery > 10_000 ? ['it did not go on by itself'] : []),
    ],
  };
};

/** The file system of the database fills up, and has room again. Needs root, for a small tmpfs. */
const diskFull: Scenario = async (kind) => {
  if (kind === 'Postgres' || process.getuid?.() !== 0) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'tracklayer-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', folder]);
  try {
    const db = join(folder, 'relay.db');
    const ballast = join(folder, 'ballast');
    writeFileSync(ballast, Buffer.alloc(16 * 1_048_576));
    const relay = await startRelay(db);
    const load = startLoad(() => [relay.url]);
    const fullBy = performance.now() + 30_000;
    while (!load.outcomes.has('503') && performance.now() < fullBy) await wait(20);
    await wait(1_000);
    const health = await fetch(`${relay.url}/api/health`);
    const before = load.answered.size;
    const refused = load.outcomes.get('503') ?? 0;
    rmSync(ballast);
    const backAt = performance.now();
    while (load.answered.size === before && performance.now() < backAt + 20_000) await wait(5);
    const recovery = performance.now() - backAt;
    await wait(500);
    await load.stop();
    const healthy = await fetch(`${relay.url}/api/health`);
    await relay.kill();
    const others = [...load.outcomes.keys()].filter((outcome) => !['200', '503'].includes(outcome));
    return {
      ...(await judge(db, load)),
      notes: [`requests: ${shown(load.outcomes)}; accepts again after ${Math.round(recovery)} ms`],
      broken: [
        ...(refused === 0 ? ['no request was answered 503'] : []),
        ...(health.status === 503 ? [] : [`/api/health answered ${health.status} on a full disk`]),
        ...(healthy.status === 200 ? [] : [`/api/health answered ${healthy.status} with room again`]),
        ...(others.length > 0 ? [`requests ended in ${others.join(', ')}`] : []),
        ...(recovery > 10_000 ? ['it did not go on by itself'] : []),
      ],
    };
  } finally {
    execFileSync('umount', [folder]);
    rmSync(folder, { recursive: true });
  }
};

/** One order, a hundred times at once, through three relays on one database. */
const hundredCopies: Scenario = async (kind, times) => {
  const db = await freshDatabase(kind);
  const relays = await Promise.all([startRelay(db), startRelay(db), startRelay(db)]);
  const wrong: string[] = [];
  for (let round = 0; round < times; round++) {
    const order_id = `ord_${round}`;
    const body = JSON.stringify({
      event: 'purchase',
      event_id: `${order_id}_purchase`,
      user_id: 'cust_2048',
      properties: { order_id, value: 129.95, currency: 'EUR' },
    });
    const statuses = await Promise.all(
      Array.from({ length: 100 }, async (_, copy) => {
        const answer = await fetch(`${relays[copy % 3]!.url}/api/capture`, {
          method: 'POST',
          body,
          headers: { authorization: `Bearer ${benchKey}`, 'content-type': 'application/json' },
        });
        return ((await answer.json()) as { status: string }).status;
      }),
    );
    const accepted = statuses.filter((status) => status === 'accepted').length;
    const duplicates = statuses.filter((status) => status === 'duplicate').length;
    if (accepted !== 1 || duplicates !== 99) wrong.push(`${accepted} accepted, ${duplicates} duplicates`);
  }
  for (const relay of relays) await relay.kill();
  const notes = [`${times} orders, each 1 accepted and 99 duplicates`];
  return { answered: times, lost: 0, doubled: wrong.length, notes, broken: wrong.slice(0, 3) };
};

/** Three relays deliver one queue to a platform that deduplicates by id, and are killed in turn. */
const killedSenders: Scenario = async (kind, times) => {
  const db = await freshDatabase(kind);
  const sink = await startSink();
  const relays: RelayProcess[] = [];
  for (let place = 0; place < 3; place++) relays.push(await startRelay(db, { sink: sink.url }));
  const running = new Set(relays.map(({ url }) => url));
  const load = startLoad(() => [...running], { lanes: 4, pauseMs: 40 });
  for (let kill = 0; kill < times; kill++) {
    await wait(200 + Math.random() * 600);
    const killedOne = relays[kill % 3]!;
    running.delete(killedOne.url);
    await killedOne.kill();
    const port = Number(new URL(killedOne.url).port);
    relays[kill % 3] = await startRelay(db, { sink: sink.url, port });
    running.add(killedOne.url);
  }
  await load.stop();
  const lastKill = performance.now();
  const isThere = (): boolean => [...load.answered].every((id) => sink.counted.has(id));
  while (!isThere() && performance.now() < lastKill + 90_000) await wait(100);
  const seconds = (performance.now() - lastKill) / 1_000;
  for (const relay of relays) await relay.kill();
  sink.close();
  const { lost, doubled, answered } = await judge(db, load);
  const undelivered = [...load.answered].filter((id) => !sink.counted.has(id)).length;
  return {
    answered,
    lost: lost + undelivered,
    doubled,
    notes: [
      `${times} kills; all delivered ${seconds.toFixed(0)} s after the last; ${sink.resent()} sent again under the same id; ${sink.together()} persons in two requests at once`,
    ],
    broken: [
      ...(seconds > 65 ? [`the last batch was taken up after ${seconds.toFixed(0)} s`] : []),
      ...(sink.together() > 0 ? [`${sink.together()} persons were in two requests at once`] : []),
    ],
  };
};

/** A platform that takes its time: counts each id once, and watches that nobody is in two requests at once. */
async function startSink() {
  const counted = new Set<string>();
  const out = new Map<string, number>();
  let [resent, together] = [0, 0];
  const server = createServer((incoming, outgoing) => {
    let text = '';
    incoming.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    incoming.on('error', () => {});
    incoming.on('end', () => {
      const arrived = JSON.parse(text) as { event_id: string; person: string }[];
      const persons = [...new Set(arrived.map(({ person }) => person))];
      for (const { event_id } of arrived) {
        if (counted.has(event_id)) resent++;
        counted.add(event_id);
      }
      for (const person of persons) {
        if ((out.get(person) ?? 0) > 0) together++;
        out.set(person, (out.get(person) ?? 0) + 1);
      }
      let isOver = false;
      const end = (): void => {
        if (isOver) return;
        isOver = true;
        for (const person of persons) out.set(person, (out.get(person) ?? 1) - 1);
      };
      // A sender that died is not out any more.
      outgoing.on('close', end);
      setTimeout(() => {
        end();
        outgoing.end('{}');
      }, 100);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counted,
    resent: () => resent,
    together: () => together,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Each with how often it is repeated, or for how many seconds. */
export const relayScenarios: Readonly<Record<string, { play: Scenario; times: number }>> = {
  'kill -9 under load': { play: killed, times: 200 },
  'database gone': { play: databaseGone, times: 30 },
  'disk full': { play: diskFull, times: 1 },
  'a hundred copies at once, three relays': { play: hundredCopies, times: 50 },
  'three relays on one queue, killed in turn': { play: killedSenders, times: 20 },
};
