import { describe, expect, test } from 'vitest';
import { heapOn } from './fake-page.ts';

// Each test is one fact that was measured of the true libraries.
describe.each(['sdk5', 'classic'] as const)('P-4 the fake of %s, as of the true library', (generation) => {
  test('is an array of stubs that return nothing before the library comes', () => {
    const { page } = heapOn({ generation });
    expect(Array.isArray(page.heap)).toBe(true);
    expect(page.heap['track']!('Early')).toBeUndefined();
  });

  test('replaces the global by a plain object, and a wrapper on the stub is lost', async () => {
    const { page, heap } = heapOn({ generation });
    const stub = page.heap;
    stub['track'] = () => 'wrapped';
    await heap.load();
    expect(page.heap).not.toBe(stub);
    expect(Array.isArray(page.heap)).toBe(false);
    expect(page.heap['track']!('Late')).toBeUndefined();
  });

  test('drains the queue in order, through whatever the global is by then', async () => {
    const { page, heap, methods } = heapOn({ generation });
    page.heap['track']!('One');
    page.heap['track']!('Two');
    expect(methods()).toEqual([]);
    await heap.load();
    expect(methods()).toEqual(['track:One', 'track:Two']);
  });

  test('throws on properties that are not JSON', async () => {
    const { page, heap } = heapOn({ generation });
    await heap.load();
    expect(() => page.heap['track']!('Bad', { amount: 1n })).toThrow(TypeError);
    const cyclic: Record<string, unknown> = {};
    cyclic['self'] = cyclic;
    expect(() => page.heap['track']!('Bad', cyclic)).toThrow(TypeError);
  });

  test('takes a number as an identity', async () => {
    const { page, heap } = heapOn({ generation });
    await heap.load();
    page.heap['identify']!(123);
    expect(heap.identity).toBe('123');
  });

  test('gives another identity and a reset person a new userId', async () => {
    const { page, heap } = heapOn({ generation });
    await heap.load();
    const first = heap.userId;
    page.heap['resetIdentity']!();
    page.heap['identify']!('cust_1');
    expect(heap.userId).toBe(first);
    page.heap['identify']!('cust_2');
    const second = heap.userId;
    expect(second).not.toBe(first);
    page.heap['resetIdentity']!();
    expect(heap.userId).not.toBe(second);
    expect(heap.userId).toMatch(/^\d{15,16}$/);
  });

  test.each(['click', 'change', 'submit'])('captures %s by itself once it started', async (type) => {
    const { page, heap } = heapOn({ generation });
    page.dispatchEvent(new Event(type));
    await heap.load();
    page.dispatchEvent(new Event(type));
    heap.flush();
    expect(heap.events).toMatchObject([
      { isAutotrack: true, properties: { kind: `BUILTIN_KIND_${type.toUpperCase()}` } },
    ]);
  });

  test('never arrives when the CDN is blocked', async () => {
    const { page, heap } = heapOn({ generation });
    page.heap['track']!('Early');
    heap.block();
    await heap.load();
    expect(heap.calls).toEqual([]);
    expect(Array.isArray(page.heap)).toBe(true);
  });
});

describe('P-4 the fake of classic, as of the true library', () => {
  test('queues name and arguments on the array', () => {
    const { page } = heapOn({ generation: 'classic' });
    page.heap['track']!('Early', { value: 1 });
    expect([...(page.heap as unknown as unknown[])]).toEqual([['track', 'Early', { value: 1 }]]);
  });

  test('throws from a stub that is used after the load', async () => {
    const { page, heap } = heapOn({ generation: 'classic' });
    const { track } = page.heap;
    await heap.load();
    expect(() => track!('Late')).toThrow(/heap\.push is not a function/);
  });

  test('throws from track when the snippet ran again', async () => {
    const { page, heap } = heapOn({ generation: 'classic' });
    await heap.load();
    heap.snippet();
    await heap.load();
    expect(() => page.heap['track']!('Late')).toThrow(/heap\.push is not a function/);
  });

  test('does not start when the queue holds an unknown name', async () => {
    const { page, heap } = heapOn({ generation: 'classic' });
    (page.heap as unknown as unknown[]).push(['hello']);
    page.heap['track']!('Early');
    await heap.load();
    expect(heap.isStarted).toBe(false);
    expect(heap.errors).toHaveLength(1);
    expect(heap.calls).toEqual([]);
  });

  test('puts identify and addUserProperties off until it has its user, then says all of them in order', async () => {
    const { page, heap, methods } = heapOn({ generation: 'classic' });
    page.heap['identify']!('cust_1');
    page.heap['resetIdentity']!('');
    await heap.load({ ready: false });
    expect(page.heap).not.toHaveProperty('userId');
    page.heap['addUserProperties']!('plan');
    page.heap['identify']!('cust_2');
    expect(heap.identity).toBeNull();
    const drained = ['identify:cust_1', 'resetIdentity:', 'addUserProperties:plan', 'identify:cust_2'];
    expect(methods()).toEqual(drained);
    heap.ready();
    expect(page.heap).toMatchObject({ userId: heap.userId, identity: 'cust_2' });
    expect(methods().slice(4)).toEqual([
      'identify:cust_1',
      'addUserProperties:plan',
      'identify:cust_2',
      'identify:cust_2',
    ]);
  });

  test.each([
    ['4.23', ['cust_2', [1]]],
    ['4.14', ['cust_2']],
  ] as const)('%s calls identify of itself on a switch by text, and only then', async (version, again) => {
    const { page, heap, methods } = heapOn({ generation: 'classic', version });
    await heap.load();
    page.heap['identify']!('cust_1');
    expect(methods()).toEqual(['identify:cust_1']);
    page.heap['identify']!('cust_2');
    expect(heap.calls.at(-1)!.args).toEqual(again);
    page.heap['identify']!(3);
    expect(methods()).toHaveLength(4);
    expect(heap.identity).toBe('3');
  });

  test('4.14 takes 0, and makes no new user for an id with a field', async () => {
    const { page, heap } = heapOn({ generation: 'classic', version: '4.14' });
    await heap.load();
    page.heap['identify']!(0);
    expect(heap.identity).toBe('0');
    const { userId } = heap;
    page.heap['identify']!('jane@example.com', 'email');
    expect(heap).toMatchObject({ identity: 'jane@example.com', userId });
  });

  test('is named by a handle, as early versions were', async () => {
    const { page, heap } = heapOn({ generation: 'classic' });
    await heap.load();
    page.heap['identify']!({ handle: 'ada', email: 'ada@example.com' });
    expect(heap.identity).toBe('ada');
  });

  test('hands events to config.rewrite, whose own calls it counts', async () => {
    const { page, heap } = heapOn({ generation: 'classic' });
    const config = page.heap['config'] as unknown as {
      rewrite?: (said: { event_properties: object }) => object;
    };
    await heap.load();
    config.rewrite = (said) => {
      delete config.rewrite;
      page.heap['track']!('Inside');
      return { ...said, event_properties: { seen: true } };
    };
    page.heap['track']!('Outside');
    expect(heap.events.map(({ event, properties }) => [event, properties])).toEqual([
      ['Inside', {}],
      ['Outside', { seen: 'true' }],
    ]);
  });

  test('has a version that is an object', async () => {
    const { page, heap } = heapOn({ generation: 'classic' });
    await heap.load();
    expect(page.heap['version']).toEqual({ heapJsVersion: '4.23.11' });
  });

  test('knows getSessionId since 4.23 only', async () => {
    const old = heapOn({ generation: 'classic', version: '4.14' });
    await old.heap.load();
    expect(old.page.heap['getSessionId']).toBeUndefined();
    const { page, heap } = heapOn({ generation: 'classic' });
    await heap.load();
    expect(page.heap['getSessionId']!()).toBe(heap.sessionId);
    expect(page.heap['userId']).toBe(heap.userId);
  });
});
