import { describe, expect, test } from 'vitest';
import { heapOn } from './fake-page.ts';

// Each test is one fact that was measured of the true libraries.
const refused =
  `undefined anonymous true false not_authenticated NaN NA Na 0 unique_identifier hashed_user_id ""
  email none unknown guest null EMAIL None Unknown GUEST Null`.split(/\s+/);
const refusedToo = ['', '[object Object]', '{{ customer.email }}', '{{ email }}'];

describe.each(['sdk5', 'classic'] as const)('P-4 what the fake of %s keeps', (generation) => {
  test('is text alone: lists are joined, objects and what is empty dropped (trap 9)', async () => {
    const { page, heap } = heapOn({ generation });
    await heap.load();
    page.heap['track']!('Order', {
      total: 129.95,
      gift: true,
      tags: ['a', 'b'],
      cart: { total: 1 },
      items: [{ item_id: 'sku-1' }],
      coupon: null,
      note: '',
    });
    heap.flush();
    expect(heap.events).toEqual([
      { event: 'Order', properties: { total: '129.95', gift: 'true', tags: 'a||b' }, isAutotrack: false },
    ]);
  });

  test('is no property name over 512 bytes, and 1,024 characters of a value', async () => {
    const { page, heap } = heapOn({ generation });
    await heap.load();
    page.heap['track']!('Order', { ['é'.repeat(256)]: 'x'.repeat(1_025), ['é'.repeat(257)]: 'gone' });
    heap.flush();
    expect(heap.events[0]!.properties).toEqual({ ['é'.repeat(256)]: 'x'.repeat(1_024) });
  });

  test('has event properties on every event from then on, autocaptured ones too', async () => {
    const { page, heap } = heapOn({ generation });
    page.heap['addEventProperties']!({ shop: 'de', tier: 1 });
    await heap.load();
    page.heap['track']!('Order', { tier: 2 });
    page.dispatchEvent(new Event('click'));
    page.heap['removeEventProperty']!('shop');
    page.heap['track']!('Removed');
    page.heap['clearEventProperties']!();
    page.heap['track']!('Cleared');
    heap.flush();
    expect(heap.events.map(({ properties }) => properties)).toEqual([
      { shop: 'de', tier: '2' },
      { shop: 'de', tier: '1', kind: 'BUILTIN_KIND_CLICK' },
      { tier: '1' },
      {},
    ]);
  });

  test.each(['click', 'change', 'submit'])('is no %s inside heap-ignore', async (type) => {
    const { page, heap } = heapOn({ generation });
    await heap.load();
    const ignored = new Event(type);
    const target = { closest: (selector: string) => (selector === '[heap-ignore]' ? {} : null) };
    Object.defineProperty(ignored, 'target', { value: target });
    page.dispatchEvent(ignored);
    heap.flush();
    expect(heap.events).toEqual([]);
  });

  test('is 255 characters of an identity', async () => {
    const { page, heap } = heapOn({ generation });
    await heap.load();
    page.heap['identify']!('x'.repeat(300));
    expect(heap.identity).toBe('x'.repeat(255));
  });

  test.each([...refused, ...refusedToo, undefined, null, true, 0, NaN])(
    'is no identity %j (trap 11)',
    async (id) => {
      const { page, heap } = heapOn({ generation });
      await heap.load();
      page.heap['identify']!(id);
      expect(heap.identity).toBeNull();
      expect(heap.rejected).toEqual([id]);
    },
  );

  test.each(['Anonymous', 'TRUE', 'na', 'guest_1', '{{email}}', '00'])(
    'is the identity %j, which only looks like one that is refused (trap 11)',
    async (id) => {
      const { page, heap } = heapOn({ generation });
      await heap.load();
      page.heap['identify']!(id);
      expect(heap.identity).toBe(id);
    },
  );

  test('is another session with another identity or after a reset, and the same for the same identity (trap 12)', async () => {
    const { page, heap } = heapOn({ generation });
    await heap.load();
    const visitor = heap.sessionId;
    page.heap['resetIdentity']!();
    page.heap['identify']!('cust_1');
    page.heap['identify']!('cust_1');
    expect(heap.sessionId).toBe(visitor);
    page.heap['identify']!('cust_2');
    const second = heap.sessionId;
    expect(second).not.toBe(visitor);
    page.heap['resetIdentity']!();
    expect(heap.sessionId).not.toBe(second);
    expect(heap.identity).toBeNull();
  });
});

test('P-4 classic shows the user on the object, and has two older names for event properties', async () => {
  const { page, heap } = heapOn({ generation: 'classic' });
  await heap.load();
  expect(page.heap).toMatchObject({ userId: heap.userId, identity: null });
  page.heap['identify']!('cust_1');
  expect(page.heap).toMatchObject({ identity: 'cust_1' });
  page.heap['setEventProperties']!({ shop: 'de', tier: 1 });
  page.heap['unsetEventProperty']!('tier');
  page.heap['track']!('Order');
  expect(heap.events[0]!.properties).toEqual({ shop: 'de' });
});

test('P-4 SDK 5 drops an event whose name is over 1,024 bytes', async () => {
  const { page, heap } = heapOn({ generation: 'sdk5' });
  await heap.load();
  page.heap['track']!('é'.repeat(512));
  page.heap['track']!('é'.repeat(513));
  heap.flush();
  expect(heap.events.map(({ event }) => event)).toEqual(['é'.repeat(512)]);
});
