// A process as far as SQLite's locks can tell. Without a gate it puts three messages, to be killed then; with one it
// adopts what it finds, at the same moment as others.
import { parentPort, workerData } from 'node:worker_threads';
import { createSpool } from '../src/index.ts';

const { folder, gate, crowd } = workerData as { folder: string; gate?: SharedArrayBuffer; crowd: number };
const spool = createSpool({ folder });
let adopted = 0;
if (gate) {
  const arrived = new Int32Array(gate);
  Atomics.add(arrived, 0, 1);
  while (Atomics.load(arrived, 0) < crowd);
  spool.adopt(() => ++adopted);
} else {
  for (const seq of [1, 2, 3]) {
    spool.put({
      seq,
      kind: 'capture',
      event_id: `ord_${seq}_purchase`,
      json: '{}',
      captured_at: 1,
      priority: 3,
    });
  }
}
parentPort?.postMessage(adopted, []);
// Lives on, with its locks.
setInterval(() => undefined, 60_000);
