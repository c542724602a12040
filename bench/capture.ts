// What `capture()` costs its caller in Node: `node --conditions=@tracklayer/source bench/capture.ts`.
// Side by side in one process: our client on a memory queue, and the least that a caller could write by hand
// (push, stringify, batch POST by ky). Medians of the rounds, with their spread.
import { createClient } from '@tracklayer/core';
import { defaultPlatform } from '@tracklayer/core/adapter';
import { createHttpTransport } from '@tracklayer/core/http';
import ky from 'ky';
import { order } from './order.ts';
import { startAcceptingServer } from './server-process.ts';

const rounds = 7;
const captures = 20_000;

interface Candidate {
  name: string;
  start(endpoint: string): { capture(index: number): void; finish(): Promise<void> };
}

const byHand: Candidate = {
  name: 'by hand',
  start(endpoint) {
    let queue: string[] = [];
    let sending: Promise<unknown>[] = [];
    const send = (): void => {
      const batch = queue;
      queue = [];
      sending.push(
        ky.post(`${endpoint}/api/capture`, {
          body: `{"batch":[${batch.join(',')}]}`,
          headers: { 'content-type': 'application/json' },
          retry: 0,
        }),
      );
    };
    return {
      capture(index) {
        queue.push(JSON.stringify(order(index)));
        if (queue.length === 100) send();
      },
      async finish() {
        if (queue.length > 0) send();
        await Promise.all(sending);
        sending = [];
      },
    };
  },
};

const ours: Candidate = {
  name: 'TrackLayer',
  start(endpoint) {
    const client = createClient({
      platform: { ...defaultPlatform(), byteLength: (text) => Buffer.byteLength(text) },
      transport: createHttpTransport({ endpoint }),
    });
    return {
      capture: (index) => void client.capture(order(index)),
      finish: async () => void (await client.flush({ timeoutMs: 60_000 })),
    };
  },
};

const server = await startAcceptingServer();

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.floor((sorted.length - 1) * q)]!;
// One client for all rounds, as in an app.
const started = new Map([byHand, ours].map((candidate) => [candidate, candidate.start(server.url)]));
const results = new Map<string, { p50: number[]; p99: number[]; full: number[] }>();
for (let round = -1; round < rounds; round++) {
  for (const candidate of round % 2 ? [byHand, ours] : [ours, byHand]) {
    const { capture, finish } = started.get(candidate)!;
    const taken: number[] = [];
    for (let index = 0; index < captures; index++) {
      // The same pauses for both: a server gives the loop back between requests.
      if (index % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
      const before = process.hrtime.bigint();
      capture((round + 1) * captures + index);
      taken.push(Number(process.hrtime.bigint() - before));
    }
    await finish();
    taken.sort((a, b) => a - b);
    if (round < 0) continue;
    const result = results.get(candidate.name) ?? { p50: [], p99: [], full: [] };
    result.p50.push(quantile(taken, 0.5));
    result.p99.push(quantile(taken, 0.99));
    results.set(candidate.name, result);
  }
}
server.stop();

const median = (values: readonly number[]): number =>
  quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  );
const spread = (values: readonly number[]): string =>
  `${median(values)} (${Math.min(...values)}–${Math.max(...values)})`;
for (const [name, { p50, p99 }] of results)
  console.log(`${name.padEnd(12)} p50 ns ${spread(p50)}   p99 ns ${spread(p99)}`);
const hand = results.get('by hand')!;
const us = results.get('TrackLayer')!;
console.log(
  `ratio        p50 ${(median(us.p50) / median(hand.p50)).toFixed(2)} (budget 1.8)   p99 ${(median(us.p99) / median(hand.p99)).toFixed(2)} (budget 1.2)`,
);
