// What `capture()` costs its caller in Node: `node --conditions=@tracklayer/source bench/capture.ts`.
// Side by side in one process: our client on a memory queue, and the least that a caller could write by hand
// (push, stringify, batch POST by ky). Medians of the rounds, with their spread; the event is made before the clock starts.
// `nested` has items and a context, `flat` has neither.
import { createClient } from '@tracklayer/core';
import { defaultPlatform } from '@tracklayer/core/adapter';
import { createHttpTransport } from '@tracklayer/core/http';
import ky from 'ky';
import { order } from './order.ts';
import { startAcceptingServer } from './server-process.ts';

type Order = ReturnType<typeof order>;
const shapes = {
  nested: order,
  flat(index: number) {
    const { context: _, properties, ...rest } = order(index);
    const { items: __, ...flat } = properties;
    return { ...rest, properties: flat };
  },
};
const rounds = 7;
const captures = 20_000;

interface Candidate {
  name: string;
  start(endpoint: string): { capture(event: object): void; finish(): Promise<void> };
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
      capture(event) {
        queue.push(JSON.stringify(event));
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
      capture: (event) => void client.capture(event as Order),
      finish: async () => void (await client.flush({ timeoutMs: 60_000 })),
    };
  },
};

const server = await startAcceptingServer();

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.floor((sorted.length - 1) * q)]!;
const median = (values: readonly number[]): number =>
  quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  );
const spread = (values: readonly number[]): string =>
  `${median(values)} (${Math.min(...values)}–${Math.max(...values)})`;

/** Nanoseconds of each call, one client for all rounds, as in an app. */
async function measure(
  make: (index: number) => object,
): Promise<Map<string, { p50: number[]; p99: number[] }>> {
  const started = new Map([byHand, ours].map((candidate) => [candidate, candidate.start(server.url)]));
  const results = new Map<string, { p50: number[]; p99: number[] }>();
  for (let round = -1; round < rounds; round++) {
    for (const candidate of round % 2 ? [byHand, ours] : [ours, byHand]) {
      const { capture, finish } = started.get(candidate)!;
      const taken: number[] = [];
      for (let index = 0; index < captures; index++) {
        // The same pauses for both: a server gives the loop back between requests.
        if (index % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
        const event = make((round + 1) * captures + index);
        const before = process.hrtime.bigint();
        capture(event);
        taken.push(Number(process.hrtime.bigint() - before));
      }
      await finish();
      taken.sort((a, b) => a - b);
      if (round < 0) continue;
      const result = results.get(candidate.name) ?? { p50: [], p99: [] };
      result.p50.push(quantile(taken, 0.5));
      result.p99.push(quantile(taken, 0.99));
      results.set(candidate.name, result);
    }
  }
  return results;
}

for (const [shape, make] of Object.entries(shapes)) {
  const results = await measure(make);
  for (const [name, { p50, p99 }] of results)
    console.log(`${shape.padEnd(6)} ${name.padEnd(10)} p50 ns ${spread(p50)}   p99 ns ${spread(p99)}`);
  const [us, hand] = [results.get('TrackLayer')!, results.get('by hand')!];
  const ratio = (of: 'p50' | 'p99'): string => (median(us[of]) / median(hand[of])).toFixed(2);
  console.log(`${shape.padEnd(6)} ratio      p50 ${ratio('p50')}   p99 ${ratio('p99')}`);
}
server.stop();
