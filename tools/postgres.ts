// A Postgres of one's own for tests, benchmarks and the demo: on a temporary folder and a free port, gone with the
// process that started it. `TRACKLAYER_TEST_POSTGRES_URL` names one that runs already instead.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort } from './free-port.ts';

export interface TestPostgres {
  /** The server, on the database `postgres`. */
  url: string;
  /** The address of a database on it, which the caller makes. */
  urlOf(database: string): string;
  /** The process id of the server; nothing for one that ran already. */
  pid: number | undefined;
  /** Stops the server and removes its folder; one that ran already is left alone. */
  stop(): Promise<void>;
}

/** Starts a server, or finds the one that `TRACKLAYER_TEST_POSTGRES_URL` names. Settings are `name=value`. */
export async function startPostgres({
  settings = [],
  port,
}: { settings?: readonly string[]; port?: number } = {}): Promise<TestPostgres> {
  const given = process.env['TRACKLAYER_TEST_POSTGRES_URL'];
  if (given)
    return { url: given, urlOf: (name) => withDatabase(given, name), pid: undefined, stop: async () => {} };

  const binaries = findBinaries() ?? install();
  const user = process.getuid?.() === 0 ? unprivileged() : undefined;
  const folder = mkdtempSync(join(tmpdir(), 'tracklayer-postgres-'));
  chmodSync(folder, 0o700);
  if (user) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const options = { ...user, cwd: folder, env: { PATH: process.env['PATH'], LC_ALL: 'C' } };
  const initdb = spawnSync(
    join(binaries, 'initdb'),
    ['--pgdata', data, '--auth', 'trust', '--username', 'tracklayer', '--encoding', 'UTF8', '--no-sync'],
    { ...options, encoding: 'utf8' },
  );
  if (initdb.status !== 0) throw new Error(`initdb failed: ${initdb.stderr || String(initdb.error)}`);

  const taken = port ?? (await freePort());
  const flags = [
    `port=${taken}`,
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${folder}`,
    ...settings,
  ];
  // The shell ends the server when the pipe to us does, however we end.
  const script = '"$@" & pid=$!; echo $pid; read _; kill -INT $pid; wait $pid; rm -rf "$PGFOLDER"';
  const server = spawn(
    'sh',
    ['-c', script, 'sh', join(binaries, 'postgres'), '-D', data, ...flags.flatMap((flag) => ['-c', flag])],
    {
      ...options,
      env: { ...options.env, PGFOLDER: folder },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    },
  );
  let log = '';
  server.stderr.on('data', (chunk: Buffer) => (log = (log + chunk.toString()).slice(-4_000)));
  const [first] = (await once(server.stdout, 'data')) as [Buffer];
  while (!isReady(data)) {
    if (server.exitCode !== null) throw new Error(`postgres ended at its start: ${log}`);
    await setTimeout(20);
  }
  server.unref();
  for (const stream of [server.stdin, server.stdout, server.stderr])
    (stream as unknown as { unref(): void }).unref();
  const url = `postgres://tracklayer@127.0.0.1:${taken}/postgres`;
  return {
    url,
    urlOf: (name) => withDatabase(url, name),
    pid: Number(first.toString()),
    async stop() {
      const ended = once(server, 'close');
      server.ref();
      server.stdin.end();
      await ended;
    },
  };
}

/** A name for a database that no other test has. */
export const freshName = (): string => `tl_${randomUUID().replaceAll('-', '')}`;

function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

/** The folder that has both `initdb` and `postgres`: on PATH, else the newest that a distribution installed. */
function findBinaries(): string | undefined {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).map(Number).filter(Number.isFinite) : [];
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter).filter(Boolean),
    ...(versions.length > 0 ? [join(root, String(Math.max(...versions)), 'bin')] : []),
  ];
  return folders.find((folder) => ['initdb', 'postgres'].every((name) => isExecutable(join(folder, name))));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Takes the distribution's package, where that is possible. */
function install(): string {
  const isDebian =
    existsSync('/etc/os-release') && /^ID(_LIKE)?=.*debian/m.test(readFileSync('/etc/os-release', 'utf8'));
  if (isDebian && process.getuid?.() === 0) {
    console.error('Postgres is missing: apt-get install postgresql ...');
    const command = 'apt-get';
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    for (const args of [
      ['update', '-qq'],
      ['install', '-y', '-qq', '--no-install-recommends', 'postgresql'],
    ]) {
      spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'], env });
    }
    const found = findBinaries();
    if (found) return found;
  }
  throw new Error(
    'No Postgres was found. Install one (Debian, Ubuntu: `apt-get install postgresql`; macOS: `brew install postgresql`), ' +
      'put its `initdb` and `postgres` on PATH, or set TRACKLAYER_TEST_POSTGRES_URL to a server whose user may create databases.',
  );
}

/** Postgres refuses to run as root. */
function unprivileged(): { uid: number; gid: number } {
  for (const name of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = ['-u', '-g'].map((flag) =>
        Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' })),
      );
      if (uid && gid) return { uid, gid };
    } catch {
      // There is no such user.
    }
  }
  throw new Error('Postgres does not run as root, and there is no user `postgres` or `nobody` to run it as');
}

/** The server writes its state into the eighth line of this file. */
function isReady(data: string): boolean {
  const path = join(data, 'postmaster.pid');
  return existsSync(path) && readFileSync(path, 'utf8').split('\n')[7]?.trim() === 'ready';
}
