// @vitest-environment happy-dom
import { expect, onTestFinished, test } from 'vitest';
import { autocapture } from '../src/autocapture.ts';
import { createBrowserClient, defineRegistry, promoteHeap, type TrackLayerError } from '../src/index.ts';
import { installFakeHeap } from '../../testing/src/fake-heap/index.ts';

// A customer's own tests run here, without a browser.
test('P-4 in happy-dom the client, the hook and the rules work, and nothing is reported that is not so', async () => {
  const bodies: { event?: string; batch?: { event: string }[] }[] = [];
  const { fetch } = window;
  onTestFinished(() => void (window.fetch = fetch));
  window.fetch = (async (_: string, { body }: { body: string }) => {
    const said = JSON.parse(body) as { event_id: string; batch?: { event_id: string }[] };
    bodies.push(said as never);
    const results = (said.batch ?? [said]).map(({ event_id }) => ({ event_id, status: 'accepted' }));
    return Response.json(said.batch ? { results } : results[0]);
  }) as never;
  const errors: TrackLayerError[] = [];
  const client = createBrowserClient({ endpoint: '/tl', onError: (error) => void errors.push(error) });
  const registry = defineRegistry([
    { source: 'heap', source_event: 'Signed In', canonical_event: 'login', status: 'approved' },
    {
      source: 'heap',
      source_event: 'Signed Up',
      canonical_event: 'sign_up',
      status: 'approved',
      match: { on: 'click', selector: '#join' },
    },
  ]);
  const promotion = promoteHeap(client, { registry });
  const rules = autocapture(client, { registry });
  const heap = installFakeHeap({ generation: 'sdk5' });
  const page = window as unknown as { heap: Record<string, (...args: unknown[]) => unknown> };
  page.heap['identify']!('cust_1');
  page.heap['track']!('Signed In');
  await heap.load();
  page.heap['track']!('Signed In');
  document.body.innerHTML = '<button id="join">Join</button>';
  document.querySelector<HTMLElement>('#join')!.click();
  expect(promotion.stats()).toMatchObject({ seen: 2, promoted: 2 });
  expect(rules.stats()).toMatchObject({ seen: 1, promoted: 1 });
  expect(await client.close()).toMatchObject({ delivered: 4, pending: 0 });
  expect(client.userId()).toBe('cust_1');
  promotion.stop();
  rules.stop();
  heap.uninstall();
  expect(errors.map(({ message }) => message)).toEqual([]);
});
