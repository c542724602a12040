import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { defineRegistry, type BrowserClient, type CaptureInput } from '../../../src/index.ts';
import { autocapture } from '../../../src/autocapture.ts';
import { promoteHeap, type HeapPromotion } from '../../../src/heap/promotion/promote-heap.ts';
import {
  installFakeHeap,
  type FakeHeap,
  type FakeHeapOptions,
} from '../../../../testing/src/fake-heap/index.ts';
import { clearPage, openClient } from '../page.ts';
import { installPageRelay, type PageRelay } from '../page-relay.ts';
import { generations, order, pageWith } from './heap-page.ts';

// Each of these was seen with Heap's true libraries: the smallest case of a page that lost or doubled something.
beforeEach(clearPage);

const registry = defineRegistry([
  {
    source: 'heap',
    source_event: 'Order Completed',
    canonical_event: 'purchase',
    status: 'approved',
    properties: { order_id: 'orderId', value: 'total', currency: 'currency' },
  },
  { source: 'heap', source_event: 'Lead Sent', canonical_event: 'generate_lead', status: 'approved' },
]);
const classics = generations.filter(({ generation }) => generation === 'classic');

interface Page {
  heap: FakeHeap;
  client: BrowserClient;
  relay: PageRelay;
  promotion: HeapPromotion;
  /** What the relay got: `purchase ord_1 cust_1`. */
  sent(): Promise<string[]>;
}

function begin(options: FakeHeapOptions, promoting: object = {}, consent?: 'pending'): Page {
  const relay = installPageRelay();
  const client = openClient({ consent, flushIntervalMs: 60_000 });
  const promotion = promoteHeap(client, { registry, traits: { plan: 'plan' }, ...promoting });
  const heap = installFakeHeap(options);
  onTestFinished(() => {
    promotion.stop();
    heap.uninstall();
  });
  return {
    heap,
    client,
    relay,
    promotion,
    async sent() {
      await client.flush({ timeoutMs: 30_000 });
      return relay.requests
        .flatMap(({ messages }) => messages)
        .map(({ event = 'identify', properties, traits, user_id }) =>
          [
            event,
            (properties as { order_id?: string } | undefined)?.order_id,
            traits && JSON.stringify(traits),
            user_id ?? 'nobody',
          ]
            .filter(Boolean)
            .join(' '),
        );
    },
  };
}
const place = (id: string): unknown => window.heap['track']!('Order Completed', order(id));

describe.each(generations)('W-20 the same person again, with $name', (options) => {
  test('after the client was reset', async () => {
    const { heap, client, sent } = begin(options);
    await heap.load();
    window.heap['identify']!('cust_1');
    client.reset();
    window.heap['identify']!('cust_1');
    place('ord_1');
    expect(await sent()).toEqual(['identify cust_1', 'identify cust_1', 'purchase ord_1 cust_1']);
  });

  test('after consent was refused and granted', async () => {
    const { heap, client, sent } = begin(options);
    await heap.load();
    window.heap['identify']!('cust_1');
    client.setConsent({ analytics: 'denied' });
    client.setConsent({ analytics: 'granted' });
    window.heap['identify']!('cust_1');
    place('ord_1');
    expect((await sent()).at(-1)).toBe('purchase ord_1 cust_1');
  });

  test('after a logout in another tab', async () => {
    const { heap, client, sent } = begin(options);
    await heap.load();
    window.heap['identify']!('cust_1');
    localStorage.removeItem('tl1:v:user_id');
    dispatchEvent(new StorageEvent('storage', { key: 'tl1:v:user_id' }));
    expect(client.userId()).toBeUndefined();
    window.heap['identify']!('cust_1');
    place('ord_1');
    expect((await sent()).at(-1)).toBe('purchase ord_1 cust_1');
  });

  test('traits too are said again of another visitor, and not twice of one', async () => {
    const { heap, client, sent } = begin(options);
    await heap.load();
    window.heap['addUserProperties']!({ plan: 'team' });
    window.heap['addUserProperties']!({ plan: 'team' });
    client.reset();
    window.heap['addUserProperties']!({ plan: 'team' });
    expect(await sent()).toEqual(['identify {"plan":"team"} nobody', 'identify {"plan":"team"} nobody']);
  });
});

describe.each(generations)(
  'W-20 what was heard before the library of $name is ready is swallowed once',
  (options) => {
    test('a switch of persons ends with the second', async () => {
      const { heap, client, sent } = begin(options);
      await Promise.resolve();
      window.heap['identify']!('cust_1');
      window.heap['resetIdentity']!();
      const second = client.anonymousId();
      window.heap['identify']!('cust_2');
      await heap.load();
      place('ord_1');
      expect(client.anonymousId()).toBe(second);
      expect(await sent()).toEqual(['identify cust_1', 'identify cust_2', 'purchase ord_1 cust_2']);
    });

    test('a stranger after a reset stays one', async () => {
      const { heap, client, sent } = begin(options);
      await Promise.resolve();
      window.heap['identify']!('cust_1');
      window.heap['resetIdentity']!();
      await heap.load();
      place('ord_1');
      expect(client.userId()).toBeUndefined();
      expect(await sent()).toEqual(['identify cust_1', 'purchase ord_1 nobody']);
    });

    test('traits are not said again', async () => {
      const { heap, sent } = begin(options);
      await Promise.resolve();
      window.heap['addUserProperties']!({ plan: 'team' });
      window.heap['addUserProperties']!({ plan: 'solo' });
      await heap.load();
      expect(await sent()).toEqual(['identify {"plan":"team"} nobody', 'identify {"plan":"solo"} nobody']);
    });
  },
);

describe.each(classics)('W-20 between the load of $name and its user', (options) => {
  test('calls of the page count once, and again afterwards', async () => {
    const { heap, sent } = begin(options);
    await heap.load({ ready: false });
    window.heap['identify']!('cust_1');
    window.heap['resetIdentity']!();
    window.heap['identify']!('cust_1');
    window.heap['addUserProperties']!({ plan: 'team' });
    heap.ready();
    window.heap['resetIdentity']!();
    window.heap['identify']!('cust_1');
    expect(await sent()).toEqual([
      'identify cust_1',
      'identify cust_1',
      'identify {"plan":"team"} nobody',
      'identify cust_1',
    ]);
  });

  test('a hook that comes again does not hear them once more', async () => {
    const { heap, client, promotion, sent } = begin(options);
    await Promise.resolve();
    window.heap['identify']!('cust_1');
    await heap.load({ ready: false });
    window.heap['resetIdentity']!();
    promotion.stop();
    const { stop } = promoteHeap(client, { registry });
    onTestFinished(stop);
    window.heap['identify']!('cust_2');
    heap.ready();
    expect(await sent()).toEqual(['identify cust_1', 'identify cust_2']);
  });
});

describe('P-3 stubs on a plain object, as Segment’s “Heap Web (Actions)” puts them there', () => {
  const segment: FakeHeapOptions = { generation: 'sdk5', container: 'object' };

  test.each(['before snippet', 'before load'] as const)(
    'what has no key counts once, installed %s',
    async (when) => {
      const heard: unknown[] = [];
      const { heap } = await pageWith(
        segment,
        when,
        () => void window.heap['track']!('Lead Sent', { n: 1 }),
        { registry, watch: [({ source_event }) => void heard.push(source_event)] },
      );
      window.heap['track']!('Lead Sent', { n: 2 });
      await heap.load();
      expect(heard).toEqual(['Lead Sent', 'Lead Sent']);
      expect(heap.calls).toHaveLength(2);
    },
  );

  test('traits are said once', async () => {
    const { heap, sent } = begin(segment);
    await Promise.resolve();
    window.heap['addUserProperties']!({ plan: 'team' });
    window.heap['addUserProperties']!({ plan: 'solo' });
    await heap.load();
    expect(await sent()).toEqual(['identify {"plan":"team"} nobody', 'identify {"plan":"solo"} nobody']);
  });

  test('a stub that was kept reaches both', async () => {
    const { heap, said } = await pageWith(segment, 'before snippet');
    const { track } = window.heap;
    await heap.load();
    track!('Order Completed', order('ord_1'));
    expect(said).toEqual(['capture ord_1']);
    expect(heap.calls).toHaveLength(1);
  });

  test('resetIdentity is not lost, and no question lands on Heap’s queue', async () => {
    const { heap, client, sent } = begin(segment, { stampHeapUser: true });
    await Promise.resolve();
    window.heap['identify']!('cust_1');
    place('ord_1');
    window.heap['resetIdentity']!();
    expect(client.userId()).toBeUndefined();
    const queued = (window as unknown as { heapReadyCb: { name: string }[] }).heapReadyCb;
    expect(queued.map(({ name }) => name)).toEqual(['identify', 'track', 'resetIdentity']);
    await heap.load();
    expect(await sent()).toEqual(['identify cust_1', 'purchase ord_1 cust_1']);
  });
});

describe.each(generations)('P-3 while $name is labelled', (options) => {
  test('an analyst’s calls and clicks are not conversions', async () => {
    const { heap, promotion, sent, client } = begin(options);
    const rules = autocapture(client, {
      registry: defineRegistry([
        {
          source: 'heap',
          source_event: 'Login button',
          canonical_event: 'login',
          status: 'approved',
          match: { on: 'click', selector: '#login' },
        },
      ]),
    });
    onTestFinished(rules.stop);
    const button = document.body.appendChild(document.createElement('button'));
    button.id = 'login';
    onTestFinished(() => button.remove());
    await heap.load();
    heap.label();
    place('ord_1');
    window.heap['identify']!('cust_1');
    button.click();
    expect(await sent()).toEqual([]);
    expect(promotion.stats().seen).toBe(0);
    expect(rules.stats().seen).toBe(0);
  });
});

describe.each(generations)('P-3 what $name itself is given is what counts', (options) => {
  test('calls in a page’s own wrapper, and labels that it changes', async () => {
    const { heap, sent } = begin(options);
    await heap.load();
    const { track } = window.heap;
    window.heap['track'] = (name, ...more) => {
      window.heap['identify']!('u1');
      return track!(name === 'lead' ? 'Lead Sent' : name, ...more);
    };
    window.heap['track']('lead', {});
    expect(await sent()).toEqual(['identify u1', 'generate_lead u1']);
  });

  test('a wrapper that passes calls on later, or not at all', async () => {
    const { heap, promotion } = await pageWith(options, 'before snippet', () => {}, { registry });
    await heap.load();
    const { track } = window.heap;
    window.heap['track'] = (...args) => queueMicrotask(() => track!(...args));
    window.heap['track']('Lead Sent');
    await Promise.resolve();
    window.heap['track'] = () => undefined;
    window.heap['track']('Lead Sent');
    expect(promotion.stats()).toMatchObject({ seen: 1, promoted: 1 });
    expect(heap.calls).toHaveLength(1);
  });

  test('a wrapper round the stub', async () => {
    const { heap, said, place: buy } = await pageWith(options, 'before snippet');
    const { track } = window.heap;
    window.heap['track'] = (...args) => track!(...args);
    buy('ord_1');
    await heap.load();
    expect(said).toEqual(['capture ord_1']);
    expect(heap.calls).toHaveLength(1);
  });
});

test('P-3 a call inside classic’s config.rewrite is heard', async () => {
  const { heap, said, place: buy } = await pageWith({ generation: 'classic' }, 'before snippet');
  const config = window.heap['config'] as unknown as { rewrite?: (said: object) => object };
  config.rewrite = (given) => {
    delete config.rewrite;
    buy('ord_2');
    return given;
  };
  buy('ord_1');
  await heap.load();
  buy('ord_3');
  expect(said.toSorted()).toEqual(['capture ord_1', 'capture ord_2', 'capture ord_3']);
});

test('P-3 calls inside SDK 5’s onReady, getUserId and transformers are heard, queued and later', async () => {
  const { heap, said, place: buy } = await pageWith({ generation: 'sdk5' }, 'before snippet');
  const once = new Set<string>();
  const buyOnce = (id: string) => (): unknown => !once.has(id) && (once.add(id), buy(id));
  const transform = (id: string) => (messages: unknown) => (buyOnce(id)(), messages);
  window.heap['onReady']!(buyOnce('ord_1'));
  window.heap['getUserId']!(buyOnce('ord_2'));
  window.heap['addTransformerFn']!('early', transform('ord_3'));
  await heap.load();
  window.heap['onReady']!(buyOnce('ord_4'));
  window.heap['getUserId']!(buyOnce('ord_5'));
  window.heap['addTransformerFn']!('late', transform('ord_6'));
  window.heap['track']!('Searched');
  heap.flush();
  expect(said.toSorted()).toEqual([1, 2, 3, 4, 5, 6].map((n) => `capture ord_${n}`));
});

describe('P-3 both snippets, installed before the load', () => {
  test.each([
    ['sdk5', 'classic'],
    ['classic', 'sdk5'],
  ] as const)('%s, then %s: queued calls in order, identities once', async (first, second) => {
    const installed = [installFakeHeap({ generation: first })];
    window.heap['identify']!('cust_1');
    place('ord_1');
    installed.push(installFakeHeap({ generation: second }));
    window.heap['identify']!('cust_2');
    place('ord_2');
    const relay = installPageRelay();
    const client = openClient({ flushIntervalMs: 60_000 });
    const promotion = promoteHeap(client, { registry });
    onTestFinished(() => {
      promotion.stop();
      for (const heap of installed) heap.uninstall();
    });
    for (const heap of installed) await heap.load();
    await client.flush();
    const told = relay.requests.flatMap(({ messages }) => messages as unknown as CaptureInput[]);
    expect(told.map(({ event, user_id }) => `${event ?? 'identify'} ${String(user_id)}`)).toEqual([
      'identify cust_1',
      'identify cust_2',
      'purchase cust_1',
      'purchase cust_2',
    ]);
  });
});

describe.each(generations)('P-4 a page of $name that guards', (options) => {
  test('sees no global before Heap comes, and no method that Heap has not', async () => {
    const { heap, said, place: buy } = await pageWith({ ...options, snippet: false }, 'before snippet');
    expect('heap' in window).toBe(false);
    expect(Object.keys(window)).not.toContain('heap');
    heap.snippet();
    const inTheSameScript = buy('ord_1');
    await heap.load();
    buy('ord_2');
    expect(inTheSameScript).toBeUndefined();
    expect(said).toEqual(['capture ord_1', 'capture ord_2']);
    expect('identifyHashed' in window.heap).toBe(options.generation === 'sdk5');
    expect(Object.keys(window.heap).includes('identifyHashed')).toBe(options.generation === 'sdk5');
  });

  test('may call heap.load later, when consent came', async () => {
    const { heap, said, place: buy } = await pageWith({ ...options, snippet: false }, 'before snippet');
    heap.snippet({ load: false });
    await Promise.resolve();
    expect(Object.keys(window.heap)).toEqual(['load']);
    window.heap['load']!('2048');
    buy('ord_1');
    await Promise.resolve();
    buy('ord_2');
    await heap.load();
    buy('ord_3');
    expect(said).toEqual(['capture ord_1', 'capture ord_2', 'capture ord_3']);
    expect(heap.calls).toHaveLength(3);
  });
});

describe.each(generations)('W-19 what names a person to $name', (options) => {
  test('is no number that has no end', async () => {
    const { heap, said } = await pageWith(options, 'before snippet');
    await heap.load();
    window.heap['identify']!(Infinity);
    window.heap['identify']!(-Infinity);
    expect(said).toEqual([]);
  });

  test('a handle names a person to classic, and to SDK 5 nobody', async () => {
    const { heap, said } = await pageWith(options, 'before snippet');
    window.heap['identify']!({ handle: 'ada', email: 'ada@example.com' });
    await heap.load();
    window.heap['identify']!({ handle: 'bob' });
    expect(said).toEqual(options.generation === 'classic' ? ['identify ada', 'identify bob'] : []);
  });
});

/** A visitor who was here before, and whom Heap knows. */
async function knownTo(options: FakeHeapOptions, id = 'cust_1'): Promise<void> {
  const heap = installFakeHeap(options);
  await heap.load();
  window.heap['identify']!(id);
  heap.uninstall({ keepCookies: true });
}

describe.each(generations)('W-20 a returning visitor whom $name already knows', (options) => {
  test('is known to us when the library is ready, once, and stats say so', async () => {
    await knownTo(options);
    const { heap, client, promotion, sent } = begin(options);
    await heap.load();
    place('ord_1');
    place('ord_2');
    expect(client.userId()).toBe('cust_1');
    expect(promotion.stats()).toMatchObject({ adopted: 1 });
    expect(await sent()).toEqual(['identify cust_1', 'purchase ord_1 cust_1', 'purchase ord_2 cust_1']);
  });

  test('is known without a call of the page', async () => {
    await knownTo(options);
    const { heap, client } = begin(options);
    await heap.load();
    await expect.poll(() => client.userId(), { timeout: 5_000 }).toBe('cust_1');
  });

  test('is known when the library comes after an order of the page', async () => {
    await knownTo(options);
    const { heap, client, promotion, sent } = begin(options);
    place('ord_1');
    await heap.load();
    place('ord_2');
    await expect.poll(() => client.userId(), { timeout: 5_000 }).toBe('cust_1');
    place('ord_3');
    expect(promotion.stats()).toMatchObject({ adopted: 1 });
    expect((await sent()).at(-1)).toBe('purchase ord_3 cust_1');
  });

  test('names the orders that wait for consent, and nothing is stored or sent before it', async () => {
    await knownTo(options);
    const { heap, client, promotion, relay, sent } = begin(options, {}, 'pending');
    await heap.load();
    await expect.poll(() => client.userId(), { timeout: 5_000 }).toBe('cust_1');
    place('ord_1');
    const stored = Object.keys(localStorage).filter((key) => key.startsWith('tl1:'));
    expect([relay.requests, stored, document.cookie.includes('tl_aid')]).toEqual([[], [], false]);
    client.setConsent({ analytics: 'granted' });
    expect(promotion.stats()).toMatchObject({ adopted: 1 });
    expect(await sent()).toEqual(['identify cust_1', 'purchase ord_1 cust_1']);
  });

  test('is forgotten by a refusal, and known again after a grant', async () => {
    await knownTo(options);
    const { heap, client, relay } = begin(options, {}, 'pending');
    await heap.load();
    await expect.poll(() => client.userId(), { timeout: 5_000 }).toBe('cust_1');
    client.setConsent({ analytics: 'denied' });
    place('ord_1');
    await Promise.resolve();
    expect([client.userId(), client.stats().pending, relay.requests]).toEqual([undefined, 0, []]);
    client.setConsent({ analytics: 'granted' });
    await expect.poll(() => client.userId(), { timeout: 5_000 }).toBe('cust_1');
  });

  test.each(['identify', 'resetIdentity'])('is whom the page says, where it called %s', async (method) => {
    await knownTo(options);
    const { heap, client } = begin(options);
    window.heap[method]!('cust_2');
    await heap.load();
    place('ord_1');
    expect(client.userId()).toBe(method === 'identify' ? 'cust_2' : undefined);
  });

  test('is not adopted by a client that knows somebody, nor where identity is none of ours', async () => {
    await knownTo(options);
    const known = begin(options);
    known.client.identify({ user_id: 'cust_9' });
    await known.heap.load();
    place('ord_1');
    expect(known.client.userId()).toBe('cust_9');
    expect(known.promotion.stats()).toMatchObject({ adopted: 0 });
    known.promotion.stop();
    known.heap.uninstall({ keepCookies: true });
    clearPage();
    const apart = begin(options, { identify: false });
    await apart.heap.load();
    place('ord_1');
    expect(apart.client.userId()).toBeUndefined();
  });
});

describe.each(generations)('W-20 resetIdentity with $name', (options) => {
  test('logs our client out also when Heap holds no identity', async () => {
    const { heap, client } = begin(options);
    await heap.load();
    client.identify({ user_id: 'cust_1' });
    const visitor = client.anonymousId();
    window.heap['resetIdentity']!();
    expect(client.userId()).toBeUndefined();
    expect(client.anonymousId()).not.toBe(visitor);
  });

  test('after a reload too', async () => {
    await knownTo(options);
    const { heap, client } = begin(options, { identify: true });
    client.identify({ user_id: 'cust_1' });
    await heap.load();
    window.heap['resetIdentity']!();
    expect(client.userId()).toBeUndefined();
  });
});

test('P-3 an appid on the stub keeps SDK 5 away, and calls are seen all the same', async () => {
  const { heap, said, place: buy } = await pageWith({ generation: 'sdk5' }, 'before snippet');
  (window.heap as unknown as { appid: string }).appid = '2048';
  buy('ord_1');
  await heap.load();
  buy('ord_2');
  expect(heap.isStarted).toBe(false);
  expect(said).toEqual(['capture ord_1', 'capture ord_2']);
});
