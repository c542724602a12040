import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { hashTraits } from '../../../src/hash.ts';
import { defineRegistry, type BrowserClient, type Drop } from '../../../src/index.ts';
import { promoteHeap, type PromoteHeapOptions } from '../../../src/heap/promotion/promote-heap.ts';
import { installFakeHeap, type FakeHeap } from '../../../../testing/src/fake-heap/index.ts';
import { clearPage, openClient } from '../page.ts';
import { installPageRelay, type PageRelay } from '../page-relay.ts';
import { generations } from './heap-page.ts';

beforeEach(clearPage);

const registry = defineRegistry([]);
const granted = { analytics: 'granted' } as const;
const stampsIn = (heap: FakeHeap): unknown[] =>
  heap.calls.filter(({ args }) => Object.hasOwn(Object(args[0]), 'tracklayer_anonymous_id'));

/** Heap and a true client. */
async function begin(
  options: (typeof generations)[number],
  promoting: Partial<PromoteHeapOptions> = {},
  consent?: 'pending',
): Promise<{ heap: FakeHeap; client: BrowserClient; relay: PageRelay; drops: Drop[]; stop(): void }> {
  const drops: Drop[] = [];
  const relay = installPageRelay();
  const client = openClient({
    consent,
    hashTraits: (traits) => hashTraits(traits, { sha256: () => 'f'.repeat(64) }),
    flushIntervalMs: 60_000,
    onDrop: (drop) => void drops.push(drop),
  });
  const { stop } = promoteHeap(client, { registry, ...promoting });
  const heap = installFakeHeap(options);
  const end = (): void => {
    stop();
    heap.uninstall();
  };
  onTestFinished(end);
  // The snippet's script is over.
  await Promise.resolve();
  return { heap, client, relay, drops, stop: end };
}

const said = async (client: BrowserClient, relay: PageRelay): Promise<Record<string, unknown>[]> => {
  await client.flush();
  return relay.requests.flatMap(({ messages }) => messages);
};

describe.each(generations)('W-20 what $name learns about a person', (options) => {
  test('identify carries the anonymous id of before, and after a reset the new one', async () => {
    const { heap, client, relay } = await begin(options);
    await heap.load();
    const visitor = client.anonymousId();
    window.heap['identify']!('cust_1');
    window.heap['resetIdentity']!();
    const next = client.anonymousId();
    window.heap['identify']!('cust_2');
    expect(await said(client, relay)).toMatchObject([
      { user_id: 'cust_1', anonymous_id: visitor },
      { user_id: 'cust_2', anonymous_id: next },
    ]);
    expect(next).not.toBe(visitor);
  });

  test('an e-mail address as identity goes nowhere, and the app hears of it (P-5)', async () => {
    const { heap, client, relay, drops } = await begin(options);
    await heap.load();
    window.heap['identify']!('jane@example.com');
    window.heap['identify']!('guest');
    expect(await said(client, relay)).toEqual([]);
    expect(drops).toMatchObject([
      { reason: 'invalid_event', detail: expect.stringContaining('is an e-mail address') as string },
    ]);
    expect(JSON.stringify(drops)).not.toContain('jane');
  });

  test('W-18 allowed properties become traits, personal ones hashed, and nothing else is read', async () => {
    const { heap, client, relay } = await begin(options, { traits: { 'E-Mail': 'email', plan: 'plan' } });
    const properties = {
      'E-Mail': 'ada@example.com',
      plan: 'team',
      get salary(): never {
        throw new Error('not allowed');
      },
    };
    Object.defineProperty(properties, 'salary', { enumerable: false });
    window.heap['addUserProperties']!(properties);
    await heap.load();
    window.heap['addUserProperties']!({ plan: 'team', 'E-Mail': 'ada@example.com', nested: { plan: 'x' } });
    window.heap['addUserProperties']!({ color: 'red' });
    window.heap['addUserProperties']!();
    const [message, ...more] = await said(client, relay);
    expect(message).toMatchObject({ anonymous_id: client.anonymousId() });
    expect(message!['traits']).toEqual({ plan: 'team', email_sha256: 'f'.repeat(64) });
    expect(more).toEqual([]);
  });

  test('resetIdentity on every load leaves an unknown visitor alone, and forgets a known one', async () => {
    const { client } = await begin(options);
    const visitor = client.anonymousId();
    window.heap['resetIdentity']!();
    expect(client.anonymousId()).toBe(visitor);
    window.heap['identify']!('cust_1');
    expect(client.userId()).toBe('cust_1');
    window.heap['resetIdentity']!();
    expect(client.anonymousId()).not.toBe(visitor);
    expect(client.userId()).toBe(undefined);
  });
});

describe.each(generations)('P-5 the stamp on the user of $name', (options) => {
  test('is put there once, and the client does not hear of it', async () => {
    const traits = { tracklayer_anonymous_id: 'ours' };
    const { heap, client, relay } = await begin(options, { stampHeapUser: true, traits });
    window.heap['track']!('Searched');
    expect(stampsIn(heap)).toEqual([]);
    await heap.load();
    await Promise.resolve();
    window.heap['track']!('Searched');
    await Promise.resolve();
    expect(stampsIn(heap)).toMatchObject([{ args: [{ tracklayer_anonymous_id: client.anonymousId() }] }]);
    expect(await said(client, relay)).toEqual([]);
  });

  test('never ties the next visitor to the user of before', async () => {
    const { heap, client } = await begin(options, { stampHeapUser: true });
    await heap.load();
    window.heap['identify']!('cust_1');
    await Promise.resolve();
    const before = client.anonymousId();
    const count = stampsIn(heap).length;
    window.heap['resetIdentity']!();
    expect(stampsIn(heap)).toHaveLength(count);
    await Promise.resolve();
    expect(client.anonymousId()).not.toBe(before);
    expect(stampsIn(heap).at(-1)).toMatchObject({
      args: [{ tracklayer_anonymous_id: client.anonymousId() }],
    });
    expect(heap.calls.findIndex(({ method }) => method === 'resetIdentity')).toBeLessThan(
      heap.calls.findLastIndex(({ method }) => method === 'addUserProperties'),
    );
  });

  test('waits for consent (trap 18: Heap on the page is none), and is not put without the wish', async () => {
    const { heap, client, stop } = await begin(options, { stampHeapUser: true }, 'pending');
    await heap.load();
    window.heap['track']!('Searched');
    await Promise.resolve();
    expect(stampsIn(heap)).toEqual([]);
    client.setConsent(granted);
    window.heap['track']!('Searched');
    await Promise.resolve();
    expect(stampsIn(heap)).toHaveLength(1);
    stop();

    const other = await begin(options);
    await other.heap.load();
    window.heap['track']!('Searched');
    await Promise.resolve();
    expect(stampsIn(other.heap)).toEqual([]);
  });
});
