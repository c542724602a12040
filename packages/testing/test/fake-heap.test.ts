import { describe, expect, test } from 'vitest';
import { heapOn } from './fake-page.ts';

// Each test is one fact that was measured of the true libraries.
describe.each(['sdk5', 'classic'] as const)('P-4 the fake of %s, as of the true library', (generation) => {
  test('is an array of stubs that return nothing before the library comes', () => {
    const { page } = heapOn({ generation });
    expect(Array.isArray(page.heap)).toBe(true);
    expect(page.heap['track']!('Early')).toBeUndefined();
  });

  test('replaces the global by a plain object, and a wrapper on the stub is lost', () => {
    const { page, heap } = heapOn({ generation });
    const stub = page.heap;
    stub['track'] = () => 'wrapped';
    heap.load();
    expect(page.heap).not.toBe(stub);
    expect(Array.isArray(page.heap)).toBe(false);
    expect(page.heap['track']!('Late')).toBeUndefined();
  });

  test('drains the queue in order, through whatever the global is by then', () => {
    const { page, heap, methods } = heapOn({ generation });
    page.heap['track']!('One');
    page.heap['track']!('Two');
    expect(methods()).toEqual([]);
    heap.load();
    expect(methods()).toEqual(['track:One', 'track:Two']);
  });

  test('throws on properties that are no JSON', () => {
    const { page, heap } = heapOn({ generation });
    heap.load();
    expect(() => page.heap['track']!('Bad', { amount: 1n })).toThrow(TypeError);
    const cyclic: Record<string, unknown> = {};
    cyclic['self'] = cyclic;
    expect(() => page.heap['track']!('Bad', cyclic)).toThrow(TypeError);
  });

  test('takes a number as an identity', () => {
    const { page, heap } = heapOn({ generation });
    heap.load();
    page.heap['identify']!(123);
    expect(heap.identity).toBe('123');
  });

  test('gives another identity and a reset person a new userId', () => {
    const { page, heap } = heapOn({ generation });
    heap.load();
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

  test.each(['click', 'change', 'submit'])('captures %s by itself once it started', (type) => {
    const { page, heap } = heapOn({ generation });
    page.dispatchEvent(new Event(type));
    heap.load();
    page.dispatchEvent(new Event(type));
    heap.flush();
    expect(heap.events).toMatchObject([
      { isAutotrack: true, properties: { kind: `BUILTIN_KIND_${type.toUpperCase()}` } },
    ]);
  });

  test('never arrives when the CDN is blocked', () => {
    const { page, heap } = heapOn({ generation });
    page.heap['track']!('Early');
    heap.block();
    heap.load();
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

  test('throws from a stub that is used after the load', () => {
    const { page, heap } = heapOn({ generation: 'classic' });
    const { track } = page.heap;
    heap.load();
    expect(() => track!('Late')).toThrow(/heap\.push is not a function/);
  });

  test('throws from track when the snippet ran again', () => {
    const { page, heap } = heapOn({ generation: 'classic' });
    heap.load();
    heap.snippet();
    heap.load();
    expect(() => page.heap['track']!('Late')).toThrow(/heap\.push is not a function/);
  });

  test('does not start when the queue holds an unknown name', () => {
    const { page, heap } = heapOn({ generation: 'classic' });
    (page.heap as unknown as unknown[]).push(['hello']);
    page.heap['track']!('Early');
    heap.load();
    expect(heap.isStarted).toBe(false);
    expect(heap.errors).toHaveLength(1);
    expect(heap.calls).toEqual([]);
  });

  test('calls identify of itself, and once more for a call that came before it was ready', () => {
    const { page, heap, methods } = heapOn({ generation: 'classic' });
    page.heap['identify']!('cust_1');
    heap.load();
    expect(methods()).toEqual(['identify:cust_1', 'identify:cust_1', 'identify:cust_1']);
    expect(heap.calls[1]!.args).toEqual(['cust_1', [1]]);
    page.heap['identify']!('cust_2');
    expect(methods().slice(3)).toEqual(['identify:cust_2', 'identify:cust_2']);
  });

  test('knows getSessionId since 4.23 only', () => {
    const old = heapOn({ generation: 'classic', version: '4.14' });
    old.heap.load();
    expect(old.page.heap['getSessionId']).toBeUndefined();
    const { page, heap } = heapOn({ generation: 'classic' });
    heap.load();
    expect(page.heap['getSessionId']!()).toBe(heap.sessionId);
    expect(page.heap['userId']).toBe(heap.userId);
  });
});
