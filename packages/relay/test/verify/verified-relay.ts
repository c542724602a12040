import { onTestFinished } from 'vitest';
import { createRelay, createSqliteStore, type Store } from '../../src/index.ts';
import type { DeliveryRecord } from '../../src/store/deliveries.ts';

export const secret = 'tlk_test_0123456789abcdef';
export const readOnly = 'tlk_readonly_0123456789';
export const now = Date.parse('2026-11-23T10:15:31.000Z');

/** A relay whose destinations say what a test lets them say. */
export function verifiedRelay(deliveries: readonly Partial<DeliveryRecord>[] = [{}]) {
  const own = createSqliteStore({ path: ':memory:' });
  const store: Store = {
    ...own,
    async event(environment, event_id) {
      const record = await own.event(environment, event_id);
      const at = record?.received_at ?? '';
      return (
        record && {
          ...record,
          deliveries: deliveries.map((delivery) => ({
            destination: 'meta',
            status: 'accepted',
            attempts: 1,
            at,
            ...delivery,
          })),
        }
      );
    },
  };
  const relay = createRelay({
    store,
    keys: [
      { environment: 'production', secret, scopes: ['events:write', 'events:read'] },
      { environment: 'production', secret: readOnly, scopes: ['events:read'] },
    ],
    now: () => now,
  });
  onTestFinished(() => relay.close());
  const options = {
    url: 'https://relay.test',
    key: secret,
    event: 'purchase',
    user_id: 'cust_2048',
    timeoutMs: 0,
    fetch: (request: Request) => relay.fetch(request),
    now: () => now,
  };
  const capture = async (event: object, path = 'capture'): Promise<void> => {
    const answer = await relay.fetch(
      new Request(`https://relay.test/api/${path}`, {
        method: 'POST',
        body: JSON.stringify(event),
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      }),
    );
    if (!answer.ok) throw new Error(await answer.text());
  };
  return { relay, store, options, capture };
}
