// What the full check of a purchase and the look-up of a label cost in Node:
// `node --conditions=@tracklayer/source bench/schema.ts`. Medians of rounds, with their spread; a new body each time.
import { heapGuideRegistry, promote } from '@tracklayer/core';
import { parseEvent } from '@tracklayer/core/schema';

const rounds = 9;
const calls = 20_000;

const purchase = (index: number): object => ({
  event: 'purchase',
  event_id: `ord_${index}_purchase`,
  user_id: 'cust_2048',
  anonymous_id: 'anon_91b2',
  properties: { order_id: `ord_${index}`, value: 129.95, currency: 'EUR' },
  source: 'heap',
  occurred_at: '2026-11-23T10:15:30.123Z',
  context: { page: { url: 'https://shop.example/thank-you' }, locale: 'de-DE' },
});
const registry = heapGuideRegistry();

const candidates = [
  {
    name: 'parseEvent, a purchase',
    budget: 5_000,
    make: (index: number): object => JSON.parse(JSON.stringify(purchase(index))) as object,
    call: (given: object): boolean => 'event' in parseEvent(given),
    expected: true,
  },
  {
    name: 'promote, an unmapped label',
    budget: 500,
    make: (index: number): object => ({
      source: 'heap',
      source_event: `Label ${index % 100}`,
      properties: {},
    }),
    call: (given: object): boolean => promote(registry, given as never).status === 'unmapped',
    expected: true,
  },
];

const quantile = (values: readonly number[], q: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * q)]!;

for (const { name, budget, make, call, expected } of candidates) {
  const p50: number[] = [];
  for (let round = -2; round < rounds; round++) {
    const given = Array.from({ length: calls }, (_, index) => make(index));
    const taken = given.map((one) => {
      const before = process.hrtime.bigint();
      const result = call(one);
      const after = process.hrtime.bigint();
      if (result !== expected) throw new Error(`${name} went wrong`);
      return Number(after - before);
    });
    if (round >= 0) p50.push(quantile(taken, 0.5));
  }
  const median = quantile(p50, 0.5);
  console.log(
    `${name.padEnd(28)} p50 ns ${median} (${Math.min(...p50)}–${Math.max(...p50)})   budget ${budget}`,
  );
}
