import { expect, test } from 'vitest';
import { destinations, type AnyDestination } from '../src/index.ts';
import { testDestination } from '../src/suite.ts';
import { known, paidOrder, types, working, type Type } from './destinations-with.ts';

const good: Record<Type, (count: number) => unknown> = {
  meta: (count) => ({ events_received: count }),
  google: () => ({ requestId: 'r-1' }),
  ga4: () => undefined,
  linkedin: (count) => ({ elements: Array.from({ length: count }, () => ({ status: 201 })) }),
  hubspot: (count) => ({
    results: Array.from({ length: count }, (_, n) => ({
      id: `${n}`,
      objectWriteTraceId: `${count - 1}_ord_1_purchase`,
    })),
  }),
  salesforce: (count) => Array.from({ length: count }, () => ({ success: true })),
  tiktok: () => ({ code: 0 }),
  webhook: () => ({}),
  heap: () => ({}),
  'dry-run': () => ({}),
};

for (const type of types.filter((one) => one !== 'dry-run')) {
  const destination: AnyDestination = destinations[type];
  const ok = (count: number) => ({ status: 200, body: JSON.stringify(good[type](count)) ?? '' });
  testDestination(
    destination,
    { settings: working[type], event: paidOrder(), person: known, ok },
    { test, expect },
  );
}
