import { Client } from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { createPostgresStore, type Store } from '../../src/index.ts';
import { paidOrder, signedUp } from '../events.ts';
import { freshPostgres, query } from '../postgres.ts';
import { capture, identify, received_at } from './suite.ts';

/** A store, and another relay's transaction on its database, which holds its rows until it is committed. */
async function besideAnother(): Promise<{ url: string; store: Store; other: Client }> {
  const url = await freshPostgres();
  const store = await createPostgresStore({ url });
  const other = new Client({ connectionString: url });
  await other.connect();
  onTestFinished(async () => {
    await other.end();
    await store.close();
  });
  return { url, store, other };
}

/** Begins work, commits the other transaction once the work waits for it, and returns what came of the work. */
async function commitOnceWaiting<Result>(
  url: string,
  other: Client,
  work: () => Promise<Result>,
): Promise<Result> {
  const working = work();
  const waiting = 'SELECT count(*)::int AS locks FROM pg_locks WHERE NOT granted';
  await expect.poll(async () => (await query(url, waiting))[0]?.['locks']).toBeGreaterThan(0);
  await other.query('COMMIT');
  return working;
}

test('W-38 an identify that read a person before another relay erased them brings nothing back', async () => {
  const { url, store, other } = await besideAnother();
  await identify(store, signedUp({ traits: { plan: 'pro' } }));
  await other.query("BEGIN; DELETE FROM people; DELETE FROM links WHERE user_id = 'cust_2048'");
  await commitOnceWaiting(url, other, () =>
    identify(store, signedUp({ anonymous_id: undefined, traits: { language: 'de' } })),
  );
  expect(await store.traits('production', 'cust_2048')).toEqual({ language: 'de' });
});

test('W-38 an event that gets a copy while its person is erased is erased', async () => {
  const { url, store, other } = await besideAnother();
  await capture(store, paidOrder());
  await other.query('BEGIN; UPDATE events SET copies = copies + 1, revision = revision + 1');
  const erased = await commitOnceWaiting(url, other, () =>
    store.erase('production', 'cust_2048', received_at),
  );
  expect(erased.events).toBe(1);
  const record = await store.event('production', 'ord_10492_purchase');
  expect(record?.event).not.toHaveProperty('user_id');
  expect(record).toMatchObject({ copies: 2 });
});

test('W-38 retention that read an identify before it was erased brings nothing of it back', async () => {
  const { url, store, other } = await besideAnother();
  await identify(store, signedUp({ context: { ip: '203.0.113.7' } }));
  await other.query("BEGIN; UPDATE identifies SET body = '{}', person = NULL, network = 0");
  await commitOnceWaiting(url, other, () =>
    store.forgetSome({ environment: 'production', what: 'network', before: received_at + 1 }),
  );
  expect(await query(url, 'SELECT body FROM identifies')).toEqual([{ body: '{}' }]);
});

test('W-38 an unlink at the time of an erasure brings no link back', async () => {
  const { url, store, other } = await besideAnother();
  await identify(store, signedUp());
  await other.query("BEGIN; DELETE FROM links WHERE user_id = 'cust_2048'");
  const ids = { user_id: 'cust_2048', anonymous_id: 'anon_91b2' };
  expect(await commitOnceWaiting(url, other, () => store.unlink('production', ids, received_at))).toBe(false);
  expect(await query(url, 'SELECT * FROM links')).toEqual([]);
});

test('W-42 of two replays at once each delivery is planned and counted once', async () => {
  const { url, store, other } = await besideAnother();
  const orders = [1, 2, 3].map((n) => paidOrder({ event_id: `ord_${n}_purchase` }));
  for (const order of orders) await capture(store, order);
  // What another relay's replay has planned, and not committed yet.
  await other.query(`BEGIN; INSERT INTO deliveries
    (environment, event_id, destination, event, queue, person, status, planned_at, due_at, changed_at)
    VALUES ('production', 'ord_2_purchase', 'meta', 'purchase', 'production/meta', 'u:cust_2048', 'pending', 1, 1, 1)`);
  const replayed = await commitOnceWaiting(url, other, () =>
    store.replayDeliveries({
      environment: 'production',
      destination: 'meta',
      status: 'never',
      since: 0,
      now: received_at,
    }),
  );
  expect(replayed).toBe(2);
  const steps = await store.steps('production', { since: '2026-11-01' });
  const planned = steps.filter(({ step }) => step === 'planned').map(({ count }) => count);
  expect(planned).toEqual([2]);
});
