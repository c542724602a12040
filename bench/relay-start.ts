// From the start of the process to the first answer: `node bench/relay-start.ts`, after a build. Medians of 15 starts of
// `tracklayer serve` on an empty SQLite file, and on one that is there.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../tools/free-port.ts';

const starts = 15;
const cli = fileURLToPath(new URL('../packages/relay/dist/cli.js', import.meta.url));

async function startOnce(db: string): Promise<number> {
  const port = await freePort();
  const env = { PATH: process.env['PATH'] ?? '', TRACKLAYER_KEYS: 'production:tlk_bench_0123456789' };
  const before = performance.now();
  const relay = spawn(process.execPath, [cli, 'serve', '--port', String(port), '--db', db], {
    env,
    stdio: 'ignore',
  });
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/api/health`).catch(() => undefined);
    if (answer?.ok) break;
    if (relay.exitCode !== null) throw new Error('the relay ended at its start');
    await wait(2);
  }
  const ms = performance.now() - before;
  relay.kill('SIGKILL');
  await once(relay, 'exit');
  return ms;
}

const folder = mkdtempSync(join(tmpdir(), 'tracklayer-bench-'));
const times: { fresh: number[]; known: number[] } = { fresh: [], known: [] };
for (let start = 0; start < starts; start++) {
  const db = join(folder, `${start}.db`);
  times.fresh.push(await startOnce(db));
  times.known.push(await startOnce(db));
}
rmSync(folder, { recursive: true });
for (const [name, ms] of Object.entries(times)) {
  const sorted = ms.toSorted((a, b) => a - b);
  const [low, median, high] = [0.25, 0.5, 0.75].map((q) => Math.round(sorted[Math.floor((starts - 1) * q)]!));
  console.log(`${name} file: ${median} ms (quarter ${low}, three quarters ${high})`);
}
