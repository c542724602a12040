import type { StoredMessage } from '@tracklayer/core';
import { once } from 'node:events';
import { readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { createNodeClient, createSpool, TrackLayerError, type SpoolOptions } from '../src/index.ts';
import { paidOrder } from './events.ts';
import { relayThat } from './relay.ts';
import { temporaryFolder } from './temporary-folder.ts';

const message = (seq: number): StoredMessage => ({
  seq,
  kind: 'capture',
  event_id: `ord_${seq}_purchase`,
  json: JSON.stringify({ ...paidOrder(`ord_${seq}`), event_id: `ord_${seq}_purchase` }),
  captured_at: 1_795_000_000_000 + seq,
  user_id: 'cust_2048',
  anonymous_id: undefined,
  priority: 2,
});

function spoolIn(folder: string, options: Partial<SpoolOptions> = {}) {
  const spool = createSpool({ folder, ...options });
  onTestFinished(() => spool.close());
  return spool;
}

/** What a spool takes over, as a client would. */
function adoptedBy(spool: ReturnType<typeof createSpool>) {
  const adopted: Omit<StoredMessage, 'seq'>[] = [];
  spool.adopt((leftover) => adopted.push(leftover));
  return adopted;
}

test('a message comes back whole, in its order, and only once', () => {
  const folder = temporaryFolder();
  const first = spoolIn(folder);
  for (const seq of [1, 2, 3]) first.put(message(seq));
  first.remove([2]);
  first.close();
  const second = spoolIn(folder);
  const { seq: _, ...third } = message(3);
  expect(adoptedBy(second)).toEqual([expect.objectContaining({ event_id: 'ord_1_purchase' }), third]);
  expect(readdirSync(folder).filter((name) => name.endsWith('.db'))).toHaveLength(1);
  expect(adoptedBy(spoolIn(folder))).toEqual([]);
  second.close();
  expect(adoptedBy(spoolIn(folder))).toHaveLength(2);
});

test('several clients share a folder, and none takes what a living one holds', () => {
  const folder = temporaryFolder();
  const living = spoolIn(folder);
  living.put(message(1));
  expect(adoptedBy(spoolIn(folder))).toEqual([]);
  living.put(message(2));
  living.close();
  expect(adoptedBy(spoolIn(folder))).toHaveLength(2);
});

test('an empty spool leaves no file behind, and a file that is being made is left to its maker', () => {
  const folder = temporaryFolder();
  const spool = spoolIn(folder);
  spool.put(message(1));
  spool.remove([1]);
  spool.close();
  expect(readdirSync(folder)).toEqual([]);
  const beginning = join(folder, 'spool-1-a.db');
  writeFileSync(beginning, '');
  spoolIn(folder).adopt(() => 1);
  expect(readdirSync(folder)).toEqual(['spool-1-a.db']);
  utimesSync(beginning, 0, 0);
  spoolIn(folder).adopt(() => 1);
  expect(readdirSync(folder)).toEqual(['turn.lock']);
});

test('a damaged file is set aside and reported, and keeps no other from being delivered', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'spool-1-damaged.db'), 'no database at all '.repeat(500));
  const healthy = spoolIn(folder);
  healthy.put(message(1));
  healthy.close();
  const spool = spoolIn(folder);
  const adopted: string[] = [];
  expect(() => spool.adopt(({ event_id }) => adopted.push(event_id))).toThrow(
    /\[storage\].*damaged.*\.corrupt/,
  );
  expect(adopted).toEqual(['ord_1_purchase']);
  expect(readdirSync(folder)).toContain('spool-1-damaged.db.corrupt');
  expect(adoptedBy(spoolIn(folder))).toEqual([]);
});

test('a spool of a newer format is refused and left as it is', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'spool-1-newer.db');
  const newer = new DatabaseSync(path);
  newer.exec('CREATE TABLE messages (other TEXT); INSERT INTO messages VALUES (1); PRAGMA user_version = 2');
  newer.close();
  expect(() => spoolIn(folder).adopt(() => 1)).toThrow(/\[storage\].*left alone.*format 2/);
  const reopened = new DatabaseSync(path);
  expect(reopened.prepare('SELECT count(*) AS n FROM messages').get()).toEqual({ n: 1 });
  reopened.close();
});

test('a full spool refuses the newest with a clear error and keeps the rest', () => {
  const folder = temporaryFolder();
  const spool = spoolIn(folder, { maxBytes: 65_536 });
  const refusals: unknown[] = [];
  let kept = 0;
  for (let seq = 1; seq <= 1_000; seq += 1) {
    try {
      spool.put(message(seq));
      kept += 1;
    } catch (error) {
      refusals.push(error);
    }
  }
  expect(refusals[0]).toBeInstanceOf(TrackLayerError);
  expect(String(refusals[0])).toMatch(/\[storage\].*full/);
  spool.close();
  expect(adoptedBy(spoolIn(folder))).toHaveLength(kept);
});

test('a folder that cannot be used is reported once, and events are delivered from memory', async () => {
  const relay = await relayThat();
  const file = join(temporaryFolder(), 'a-file');
  writeFileSync(file, '');
  const errors: TrackLayerError[] = [];
  const client = createNodeClient({
    endpoint: relay.url,
    spool: file,
    onError: (error) => void errors.push(error),
  });
  client.capture(paidOrder('ord_1'));
  client.capture(paidOrder('ord_2'));
  expect(await client.close()).toMatchObject({ delivered: 2 });
  expect(errors.map(({ code }) => code)).toEqual(['storage']);
});

test('nobody else on the machine can read a spool', () => {
  const folder = join(temporaryFolder(), 'spool');
  spoolIn(folder).put(message(1));
  expect(statSync(folder).mode & 0o077).toBe(0);
});

test('clear() forgets what dead processes left, too', () => {
  const folder = temporaryFolder();
  const dead = spoolIn(folder);
  dead.put(message(1));
  dead.close();
  const spool = spoolIn(folder);
  spool.put(message(2));
  spool.clear();
  spool.close();
  expect(adoptedBy(spoolIn(folder))).toEqual([]);
});

test('P-7 of several that start at the same moment, one takes over what a killed process left', async () => {
  const crowd = 2;
  const start = async (plan: object): Promise<{ worker: Worker; adopted: number }> => {
    const worker = new Worker(new URL('spool-worker.ts', import.meta.url), {
      execArgv: ['--conditions=@tracklayer/source', '--no-warnings'],
      workerData: plan,
    });
    const [adopted] = (await once(worker, 'message')) as [number];
    return { worker, adopted };
  };
  // When each stood in the other's way, nobody did, in one round of six.
  for (let round = 0; round < 12; round++) {
    const folder = temporaryFolder();
    const { worker } = await start({ folder });
    await worker.terminate();
    const plan = { folder, crowd, gate: new SharedArrayBuffer(4) };
    const started = await Promise.all([start(plan), start(plan)]);
    await Promise.all(started.map((each) => each.worker.terminate()));
    expect(started.map(({ adopted }) => adopted).toSorted((a, b) => a - b)).toEqual([0, 3]);
  }
});
