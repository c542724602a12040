import { expect, onTestFinished, test } from 'vitest';
import { createRelay, createSqliteStore, type RelayOptions, type Store } from '../../src/index.ts';
import { paidOrder, paidOrders } from '../events.ts';
import { join } from 'node:path';
import { temporaryFolder } from '../temporary-folder.ts';

const secret = 'tlk_test_0123456789abcdef';

function openRelay(store: Store, destinations: NonNullable<RelayOptions['destinations']>) {
  const relay = createRelay({ store, keys: [{ environment: 'production', secret }], destinations });
  return {
    close: () => relay.close(),
    call: (path: string, body?: object): Promise<Response> =>
      relay.fetch(
        new Request(`http://relay.test${path}`, {
          method: body ? 'POST' : 'GET',
          headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
          ...(body && { body: JSON.stringify(body) }),
        }),
      ),
  };
}

interface States {
  destinations: { destination: string; state: string; counts: object; oldest_due_at?: string }[];
}

test('W-42 counts of each destination add up, and one that the config no longer has is listed while its events wait', async () => {
  const path = join(temporaryFolder(), 'relay.db');
  const held = { holdMs: 3_600_000 };
  const first = openRelay(createSqliteStore({ path }), {
    'dry-run': held,
    gone: { type: 'dry-run', ...held },
  });
  await first.call('/api/capture', { batch: [...paidOrders(2), paidOrder()] });
  await first.close();

  const second = openRelay(createSqliteStore({ path }), { 'dry-run': held });
  onTestFinished(() => second.close());
  const { destinations } = (await (await second.call('/api/destinations')).json()) as States;
  const waiting = {
    counts: { planned: 3, accepted: 0, failed: 0, skipped: 0, pending: 3 },
    oldest_due_at: expect.any(String),
  };
  expect(destinations).toMatchObject([
    { destination: 'dry-run', state: 'ok', ...waiting },
    { destination: 'gone', state: 'removed', ...waiting },
  ]);
  const metrics = await (await second.call('/metrics')).text();
  const of = 'environment="production",destination="gone"';
  expect(metrics).toContain(`tracklayer_destination_up{${of}} 0`);
  expect(metrics).toContain(`tracklayer_deliveries{${of},status="pending"} 3`);
  expect(metrics).toContain(`tracklayer_delivery_lag_seconds{${of}} 0`);
});
