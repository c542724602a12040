// What keeping a message on disk costs: `node --conditions=@tracklayer/source bench/spool.ts`. 20,000 messages of about
// 420 bytes, each committed before `put` returns; then 500 that also wait for the disk.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSpool } from '@tracklayer/node';
import { order } from './order.ts';

for (const [fsync, messages] of [
  [false, 20_000],
  [true, 500],
] as const) {
  const folder = mkdtempSync(join(tmpdir(), 'tracklayer-spool-'));
  const spool = createSpool({ folder, fsync });
  const taken: number[] = [];
  for (let seq = 1; seq <= messages; seq++) {
    const event_id = `ord_${seq}_purchase`;
    const json = JSON.stringify({ ...order(seq), event_id });
    const before = process.hrtime.bigint();
    spool.put({ seq, kind: 'capture', event_id, json, captured_at: Date.now(), priority: 3 });
    taken.push(Number(process.hrtime.bigint() - before) / 1_000);
  }
  spool.close();
  rmSync(folder, { recursive: true });
  taken.sort((a, b) => a - b);
  const [p50 = 0, p99 = 0] = [0.5, 0.99].map((q) => taken[Math.floor((messages - 1) * q)]);
  console.log(`fsync: ${fsync}   p50 ${p50.toFixed(1)} µs   p99 ${p99.toFixed(1)} µs`);
}
