import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { createPostgresStore, createSqliteStore, type Store } from '@tracklayer/relay';
import { startPostgres, type TestPostgres } from '../../tools/postgres.ts';
import type { RelayLoad } from './relay-load.ts';

export const benchKey = 'tlk_bench_0123456789';

export type StoreKind = 'SQLite' | 'Postgres';

/** A relay in a process of its own. */
export interface RelayProcess {
  url: string;
  pid: number;
  /** From the fork to the first answer, in milliseconds. */
  startMs: number;
  kill(): Promise<void>;
}

/** @param options - of the relay, besides: what JSON can say of them. */
export async function startRelay(
  db: string,
  { port = 0, sink = '', options = {} }: { port?: number; sink?: string; options?: object } = {},
): Promise<RelayProcess> {
  const started = performance.now();
  const child = fork(
    fileURLToPath(new URL('./relay-process.ts', import.meta.url)),
    [db, String(port), sink],
    {
      execArgv: ['--conditions=@tracklayer/source', '--no-warnings'],
      env: { ...process.env, BENCH_RELAY: JSON.stringify(options) },
    },
  );
  const gone = once(child, 'exit');
  const [url] = (await Promise.race([once(child, 'message'), gone.then(() => [undefined])])) as [
    string | undefined,
  ];
  if (url === undefined) throw new Error(`the relay on ${db} ended at its start`);
  await (await fetch(`${url}/api/health`)).text();
  return {
    url,
    pid: child.pid ?? 0,
    startMs: performance.now() - started,
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

let server: Promise<TestPostgres> | undefined;
const folders: string[] = [];

/** An empty database. */
export async function freshDatabase(kind: StoreKind): Promise<string> {
  if (kind === 'SQLite') {
    const folder = mkdtempSync(join(tmpdir(), 'tracklayer-faults-'));
    folders.push(folder);
    return join(folder, 'relay.db');
  }
  const postgres = await (server ??= startPostgres({ settings: ['max_connections=200'] }));
  const name = `faults_${process.hrtime.bigint()}`;
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  return postgres.urlOf(name);
}

export async function cleanUp(): Promise<void> {
  for (const folder of folders) rmSync(folder, { recursive: true });
  await (await server)?.stop();
}

const openStore = async (db: string): Promise<Store> =>
  db.startsWith('postgres:') ? createPostgresStore({ url: db }) : createSqliteStore({ path: db });

/** What a database holds in the end, against what clients were told. */
export interface Judgement {
  answered: number;
  /** Answered, and not there. */
  lost: number;
  /** Answered `accepted` more than once, or counted more than once. */
  doubled: number;
}

export async function judge(db: string, { accepted, answered }: RelayLoad): Promise<Judgement> {
  const store = await openStore(db);
  const ids = [...answered];
  let found = 0;
  for (let first = 0; first < ids.length; first += 500)
    found += (await store.eventsById('production', ids.slice(first, first + 500))).length;
  const steps = await store.steps('production', { since: '2020-01-01' });
  const counted = steps.filter(({ step }) => step === 'accepted').reduce((sum, { count }) => sum + count, 0);
  await store.close();
  const twice = [...accepted.values()].filter((times) => times > 1).length;
  return { answered: ids.length, lost: ids.length - found, doubled: twice + Math.abs(counted - found) };
}

/** A door before a database that can be shut: connections are reset, and new ones refused. */
export async function doorTo(
  url: string,
): Promise<{ url: string; shut(): Promise<void>; open(): Promise<void> }> {
  const behind = new URL(url);
  const sockets = new Set<Socket>();
  const door = createServer((socket) => {
    const { hostname, port } = new URL(url);
    const upstream = connect(Number(port), hostname);
    for (const one of [socket, upstream]) {
      sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        sockets.delete(one);
        socket.destroy();
        upstream.destroy();
      });
    }
    socket.pipe(upstream).pipe(socket);
  });
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  const { port } = door.address() as AddressInfo;
  behind.port = String(port);
  return {
    url: behind.href,
    async shut() {
      const closed = once(door, 'close');
      door.close();
      for (const socket of sockets) socket.resetAndDestroy();
      await closed;
    },
    async open() {
      if (door.listening) return;
      door.listen(port, '127.0.0.1');
      await once(door, 'listening');
    },
  };
}
