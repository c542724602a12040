import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { defineRegistry, promoteHeap, type HeapPromotion } from '../../../src/index.ts';
import { countLabels } from '../../../src/watch.ts';
import { installFakeHeap } from '../../../../testing/src/fake-heap/index.ts';
import { clearPage, openClient, replaceProperty, setVisibility } from '../page.ts';

beforeEach(clearPage);

const registry = defineRegistry([
  { source: 'heap', source_event: 'Order Completed', canonical_event: 'purchase', status: 'approved' },
  { source: 'heap', source_event: 'Signed Up', canonical_event: 'sign_up', status: 'draft' },
]);

interface Posted {
  url: string;
  init: RequestInit;
}

async function begin(
  consent?: { analytics: 'denied' } | 'pending',
): Promise<{ posts: Posted[]; promotion: HeapPromotion }> {
  const posts: Posted[] = [];
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    if (url.endsWith('/api/drift')) posts.push({ url, init });
    return Response.json({});
  };
  replaceProperty(window, 'fetch', { value: fetch, writable: true });
  const tracklayer = openClient({ endpoint: '/tl/', consent });
  const heap = installFakeHeap({ generation: 'sdk5' });
  const promotion = promoteHeap(tracklayer, { registry, watch: [countLabels(tracklayer, { registry })] });
  await heap.load();
  onTestFinished(() => {
    promotion.stop();
    heap.uninstall();
  });
  return { posts, promotion };
}

const leave = (): unknown => dispatchEvent(new PageTransitionEvent('pagehide'));

test('W-38 labels of the registry, and those that nearly are, are counted when the page is left', async () => {
  const { posts } = await begin();
  const { track } = window.heap;
  for (const label of ['Order Completed', 'Order Completed', 'order completed', 'Signed Up', 'Searched']) {
    track!(label);
  }
  leave();
  setVisibility('hidden');
  const [{ url, init } = { url: '', init: {} }, ...further] = posts;
  expect(further).toEqual([]);
  expect(url).toBe('/tl/api/drift');
  expect(init).toMatchObject({
    method: 'POST',
    keepalive: true,
    headers: { 'content-type': 'application/json' },
  });
  expect(JSON.parse(init.body as string)).toEqual({
    sightings: [
      { source: 'heap', source_event: 'Order Completed', count: 2 },
      { source: 'heap', source_event: 'order completed', count: 1 },
      { source: 'heap', source_event: 'Signed Up', count: 1 },
    ],
  });
});

test('each count is posted once, and a page without any posts nothing', async () => {
  const { posts } = await begin();
  leave();
  expect(posts).toEqual([]);
  window.heap['track']!('Signed Up');
  setVisibility('hidden');
  leave();
  window.heap['track']!('Signed Up');
  window.heap['track']!('Signed Up');
  setVisibility('hidden');
  const counts = posts.map(({ init }) => JSON.parse(init.body as string).sightings[0].count as number);
  expect(counts).toEqual([1, 2]);
});

test.each(['pending', { analytics: 'denied' }] as const)(
  'P-5 nothing is posted while consent is %o, not even later',
  async (consent) => {
    const { posts } = await begin(consent);
    window.heap['track']!('Order Completed');
    leave();
    expect(posts).toEqual([]);
  },
);

test('P-5 no label with an address is counted, nor more than 100 of them', async () => {
  const { posts } = await begin();
  const { track } = window.heap;
  track!('order@completed');
  for (let n = 1; n <= 150; n++) track!(`Order${'.'.repeat(n)}Completed`);
  track!();
  leave();
  const { sightings } = JSON.parse(posts[0]?.init.body as string) as {
    sightings: { source_event: string }[];
  };
  expect(sightings).toHaveLength(100);
  expect(sightings.filter(({ source_event }) => source_event.includes('@'))).toEqual([]);
});

test('P-4 a post that fails is nobody’s error', () => {
  let posts = 0;
  replaceProperty(window, 'fetch', {
    value: () => {
      posts++;
      return Promise.reject(new TypeError('offline'));
    },
  });
  const tracklayer = openClient();
  const count = countLabels(tracklayer, { registry });
  const [entry] = registry.entries;
  count({
    source_event: 'Order Completed',
    at: 0,
    promotion: { status: 'missing', entry: entry!, missing: ['value'] },
  });
  leave();
  // An unhandled rejection fails the run.
  expect(posts).toBe(1);
});
