// The guide's step 4: one known user, one event, followed all the way. Once good; then with each hop broken on purpose.
import type { Sandbox } from '@tracklayer/destinations/sandbox';
import { putRegistry } from './platforms.ts';
import { registry } from './tracklayer.ts';
import { verifyPath, type Verification, type VerifyOptions } from '@tracklayer/relay/verify';

interface Relay {
  url: string;
  key: string;
}

export interface Verified {
  /** Of the demo's first order. */
  good: Verification;
  /** What was broken, and the words by which it was named. */
  broken: readonly { what: string; expected: string; words: readonly string[] }[];
}

export async function verifyAll(
  relay: Relay,
  { order_id, sandbox }: { order_id: string; sandbox: Sandbox },
): Promise<Verified> {
  const verify = (more: Partial<VerifyOptions>): Promise<Verification> =>
    verifyPath({ ...relay, event: 'purchase', user_id: 'cust_2048', timeoutMs: 15_000, ...more });
  const properties = { order_id, value: 129.95, currency: 'EUR' };
  const good = await verify({ properties });

  const post = (path: string, body: object): Promise<Response> =>
    fetch(`${relay.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${relay.key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const granted = { ad_user_data: 'granted', ad_personalization: 'granted', analytics: 'granted' };
  const order = (id: string, change: object = {}): object => ({
    event: 'purchase',
    event_id: `${id}_purchase`,
    user_id: 'cust_2048',
    properties: { order_id: id, value: 129.95, currency: 'EUR' },
    consent: granted,
    ...change,
  });
  const wordsOf = ({ checks }: Verification): string[] => checks.flatMap(({ word }) => word ?? []);
  const ofOrder = async (id: string, ...copies: object[]): Promise<string[]> => {
    for (const copy of copies) await post('/api/capture', copy);
    return wordsOf(await verify({ properties: { ...properties, order_id: id }, destination: 'meta' }));
  };

  const coarse = await ofOrder('ord_coarse', order('ord_coarse'), order('ord_coarse', { user_id: 'cust_7' }));
  const denied = await ofOrder('ord_denied', order('ord_denied', { consent: { ad_user_data: 'denied' } }));
  const cents = { order_id: 'ord_cents', value: 12_995, currency: 'EUR' };
  const changed = await ofOrder('ord_cents', order('ord_cents'), order('ord_cents', { properties: cents }));
  sandbox.fail('meta', 'unauthorized', 'unauthorized');
  const token = await ofOrder('ord_token', order('ord_token'));
  // Heap still says "Order Completed".
  const renamedEntries = registry.entries.map((entry) =>
    entry.source_event === 'Order Completed' ? { ...entry, source_event: 'Order completed' } : entry,
  );
  await putRegistry(relay, renamedEntries, 1);
  const renamed = wordsOf(await verify({ user_id: 'cust_8', watch: true, timeoutMs: 1_000 }));
  // Whoever leaves the demo open finds everything as it was.
  await putRegistry(relay, registry.entries, 2);
  sandbox.reset();
  await post('/api/destinations/meta/resume', {});
  return {
    good,
    broken: [
      { what: 'the label was renamed in Heap', expected: 'label_renamed', words: renamed },
      { what: 'one id for two people', expected: 'event_id_too_coarse', words: coarse },
      { what: 'consent was denied', expected: 'consent_denied', words: denied },
      { what: 'the value changed on the way', expected: 'value_differs', words: changed },
      { what: 'Meta does not take the token', expected: 'not_accepted', words: token },
    ],
  };
}
