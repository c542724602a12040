// Delivered events a second and CPU: `node --conditions=@tracklayer/source bench/throughput.ts`.
// Loopback, batches of 100, two requests at a time, the server in a process of its own, all candidates in one run.
import { createNodeClient } from '@tracklayer/node';
import ky from 'ky';
import { order } from './order.ts';
import { startAcceptingServer } from './server-process.ts';

const events = 100_000;
const rounds = 5;

interface Candidate {
  name: string;
  deliver(url: string, from: number): Promise<void>;
}

const byHand = (name: string, post: (url: string, body: string) => Promise<unknown>): Candidate => ({
  name,
  async deliver(url, from) {
    const batches: string[] = [];
    for (let index = 0; index < events; index += 100) {
      const batch = Array.from({ length: 100 }, (_, place) => {
        const event = order(from + index + place);
        return JSON.stringify({ ...event, event_id: `${event.properties.order_id}_purchase` });
      });
      batches.push(`{"batch":[${batch.join(',')}]}`);
    }
    const work = async (): Promise<void> => {
      for (let body = batches.pop(); body; body = batches.pop()) await post(`${url}/api/capture`, body);
    };
    await Promise.all([work(), work()]);
  },
});

const headers = { 'content-type': 'application/json' };
const candidates: Candidate[] = [
  byHand('by hand, fetch', async (url, body) => (await fetch(url, { method: 'POST', body, headers })).json()),
  byHand('by hand, ky', (url, body) => ky.post(url, { body, headers, retry: 0 }).json()),
  ...([false, 'gzip'] as const).map((compress) => ({
    name: `TrackLayer${compress ? ', gzip' : ''}`,
    async deliver(url: string, from: number): Promise<void> {
      const client = createNodeClient({ endpoint: url, compress, flushAt: 100 });
      for (let index = 0; index < events; index++) client.capture(order(from + index));
      const { delivered } = await client.flush({ timeoutMs: 120_000 });
      if (delivered !== events) throw new Error(`${delivered} of ${events} delivered`);
      await client.close();
    },
  })),
];

const server = await startAcceptingServer();
const figures = new Map<string, { rate: number[]; cpu: number[] }>();
for (let round = -1; round < rounds; round++) {
  for (const [place, candidate] of candidates.entries()) {
    const before = process.cpuUsage();
    const startedAt = performance.now();
    await candidate.deliver(server.url, ((round + 1) * candidates.length + place) * events);
    const seconds = (performance.now() - startedAt) / 1_000;
    const { user, system } = process.cpuUsage(before);
    if (round < 0) continue;
    const { rate, cpu } = figures.get(candidate.name) ?? { rate: [], cpu: [] };
    figures.set(candidate.name, { rate: [...rate, events / seconds], cpu: [...cpu, (user + system) / 1e6] });
  }
}
server.stop();

const sorted = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b);
const median = (values: readonly number[]): number => sorted(values)[Math.floor(values.length / 2)] ?? 0;
for (const [name, { rate, cpu }] of figures) {
  const [least = 0] = sorted(rate);
  console.log(
    `${name.padEnd(18)} ${Math.round(median(rate)).toLocaleString('en')} events/s (${Math.round(least).toLocaleString('en')}–${Math.round(sorted(rate).at(-1) ?? 0).toLocaleString('en')})   CPU ${median(cpu).toFixed(2)} s a 100,000`,
  );
}
process.exit();
