import { expect } from 'vitest';

import { paidOrder, paidOrders } from '../events.ts';
import { testAudiences } from './audiences-suite.ts';
import { testChanges } from './changes-suite.ts';
import { testChores } from './chores-suite.ts';
import { testDeliveries } from './deliveries-suite.ts';
import { testDrift } from './drift-suite.ts';
import { testEvents } from './events-suite.ts';
import { testMirrors } from './mirrors-suite.ts';
import { testNotices } from './notices-suite.ts';
import { testPeople } from './people-suite.ts';
import { testRegistry } from './registry-suite.ts';
import { testSteps } from './steps-suite.ts';
import { capture, factsOf, type OpenStore } from './suite.ts';

/** What every `Store` does; an implementation is done when this passes on it. */
export function testStore(name: string, open: OpenStore): void {
  testEvents(name, open);
  testPeople(name, open);
  testRegistry(name, open);
  testDrift(name, open);
  testSteps(name, open);
  testDeliveries(name, open);
  testAudiences(name, open);
  testMirrors(name, open);
  testNotices(name, open);
  testChanges(name, open);
  testChores(name, open);
  const fact = factsOf(name, open);

  fact('a request that cannot be written fails alone', async (store) => {
    const cyclic = paidOrder();
    cyclic.properties = { order_id: 'ord_10492', value: 1, currency: 'EUR', self: cyclic as never };
    const [good, bad, alsoGood] = await Promise.allSettled([
      capture(store, ...paidOrders(2)),
      capture(store, paidOrder({ event_id: 'ord_9_purchase' }), cyclic),
      capture(store, paidOrder({ event_id: 'ord_3_purchase' })),
    ]);
    expect([good?.status, bad?.status, alsoGood?.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await store.event('production', 'ord_9_purchase')).toBeUndefined();
    expect((await store.events('production', { limit: 10 })).events).toHaveLength(3);
  });

  fact('W-35 a check goes through, and writes that were begun are there after close', async (store) => {
    await store.check();
    const writing = capture(store, paidOrder());
    await store.close();
    expect(await writing).toEqual([{ status: 'accepted', conflicts: [] }]);
  });
}
