import { expect, onTestFinished, test, vi } from 'vitest';
import { createRelay, createSqliteStore, type RelayOptions, type Store } from '../../src/index.ts';
import { paidOrder, paidOrders } from '../events.ts';
import { join } from 'node:path';
import { temporaryFolder } from '../temporary-folder.ts';

const secret = 'tlk_test_0123456789abcdef';
const scopes = ['events:write', 'events:read', 'destinations:write'] as const;

function openRelay(store: Store, destinations: NonNullable<RelayOptions['destinations']>) {
  const relay = createRelay({ store, keys: [{ environment: 'production', secret, scopes }], destinations });
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

test('W-42 what was held leaves as soon as its destination is resumed', async () => {
  const { call, close } = openRelay(createSqliteStore({ path: ':memory:' }), {
    'dry-run': { holdMs: 0, consent: { unknown: 'granted' } },
  });
  onTestFinished(() => close());
  const counts = async () =>
    ((await (await call('/api/destinations')).json()) as States).destinations[0]?.counts;
  await call('/api/destinations/dry-run/pause', {});
  // From here on only what is due now is done: an engine that looks every two seconds would never look.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const soon = async (expected: object): Promise<void> => {
    for (let turn = 0; turn < 200; turn++) {
      await vi.advanceTimersByTimeAsync(0);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await counts()).toMatchObject(expected);
  };
  await call('/api/capture', paidOrder());
  await soon({ accepted: 0, pending: 1 });
  await call('/api/destinations/dry-run/resume', {});
  await soon({ accepted: 1, pending: 0 });
});
