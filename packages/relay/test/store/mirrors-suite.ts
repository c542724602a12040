import type { JsonObject } from '@tracklayer/core';
import { expect } from 'vitest';
import type { LeasedMirror, SettledMirror, Store } from '../../src/index.ts';
import { factsOf, received_at, type OpenStore } from './suite.ts';

const queue = 'production/meta/mirror';
const due = received_at + 5_000;

const join = (store: Store, sync_id: string, add: string[], remove: string[] = []) =>
  store.addMembers({
    environment: 'production',
    audience: 'vip',
    source: 'heap',
    sync_id,
    mode: 'delta',
    page: 1,
    total_pages: 1,
    add,
    remove,
    to: ['meta'],
    traitsAt: [],
    received_at,
  });
const take = (store: Store, now = due) =>
  store.takeMirrored({ queue, lease: crypto.randomUUID(), now, limit: 100 });
const told = (row: LeasedMirror, change: Partial<SettledMirror> = {}): SettledMirror => ({
  environment: row.environment,
  person: row.person,
  destination: row.destination,
  list: row.list,
  status: 'done',
  isThere: row.wanted === 'in',
  ...change,
});

async function settleAll(store: Store, now = due): Promise<LeasedMirror[]> {
  const lease = crypto.randomUUID();
  const { rows } = await store.takeMirrored({ queue, lease, now, limit: 100 });
  await store.settleMirrored({ queue, lease, now, settled: rows.map((row) => told(row)) });
  return [...rows];
}

const identified = (store: Store, user_id: string) =>
  store.identify({
    environment: 'production',
    received_at: due,
    messages: [{ identify: { user_id, occurred_at: new Date(due).toISOString() } }],
    mirrors: { traitsAt: [], audiencesTo: new Map() },
  });

/** What every `MirrorStore` does. */
export function testMirrors(name: string, open: OpenStore): void {
  const fact = factsOf(name, open);

  fact('who joins or leaves an audience has one row due, with the last word only', async (store) => {
    await join(store, 'a', ['u:1', 'u:2', 'acc:acme']);
    await join(store, 'b', [], ['u:2']);
    const rows = await settleAll(store);
    expect(rows.map(({ person, wanted }) => [person, wanted])).toEqual([
      ['acc:acme', 'in'],
      ['u:1', 'in'],
      ['u:2', 'out'],
    ]);
    expect(await settleAll(store)).toEqual([]);
    expect(await store.mirrorCounts('production')).toEqual([
      { list: 'vip', destination: 'meta', status: 'done', isThere: false, reason: '', count: 1 },
      { list: 'vip', destination: 'meta', status: 'done', isThere: true, reason: '', count: 2 },
    ]);
  });

  fact(
    'what changes while a row is out makes it due when it is settled, and no other relay gets it meanwhile',
    async (store) => {
      await join(store, 'a', ['u:1']);
      const lease = crypto.randomUUID();
      const { rows } = await store.takeMirrored({ queue, lease, now: due, limit: 100 });
      await join(store, 'b', [], ['u:1']);
      expect((await take(store)).rows).toEqual([]);
      await store.settleMirrored({
        queue,
        lease,
        now: due + 1,
        settled: rows.map((row) => told(row, { note: { told: 1 } })),
      });
      const [again] = (await take(store, due + 1)).rows;
      expect(again).toMatchObject({ person: 'u:1', wanted: 'out', note: { told: 1 } });
    },
  );

  fact('a person of whom something comes is looked at again, and nobody else', async (store) => {
    await join(store, 'a', ['u:1', 'u:2']);
    await settleAll(store);
    await identified(store, '2');
    expect((await settleAll(store, due + 5_000)).map(({ person }) => person)).toEqual(['u:2']);
  });

  fact('whoever is never quiet is looked at a second after the first word, and not later', async (store) => {
    await join(store, 'a', ['u:1']);
    await settleAll(store);
    for (const later of [0, 600, 1_200])
      await store.identify({
        environment: 'production',
        received_at: due + later,
        messages: [{ identify: { user_id: '1', occurred_at: new Date(due).toISOString() } }],
        mirrors: { traitsAt: [], audiencesTo: new Map() },
      });
    expect((await settleAll(store, due + 1_000)).map(({ person }) => person)).toEqual(['u:1']);
  });

  fact('where traits are held, everybody of whom something comes has a row', async (store) => {
    await store.identify({
      environment: 'production',
      received_at,
      messages: [{ identify: { user_id: '5', occurred_at: new Date(received_at).toISOString() } }],
      mirrors: { traitsAt: ['heap'], audiencesTo: new Map() },
    });
    const lease = crypto.randomUUID();
    const { rows } = await store.takeMirrored({
      queue: 'production/heap/mirror',
      lease,
      now: due,
      limit: 10,
    });
    expect(rows).toMatchObject([{ person: 'u:5', list: 'traits', wanted: 'in' }]);
  });

  fact('a whole audience is made due in slices, also what a destination never had', async (store) => {
    await join(
      store,
      'a',
      Array.from({ length: 600 }, (_, n) => `u:${n}`),
    );
    const request = { environment: 'production', audience: 'vip', destination: 'linkedin', now: due };
    const first = await store.mirrorMembers({ ...request, isAnew: true });
    expect(first.rows).toBe(500);
    expect(await store.mirrorMembers({ ...request, isAnew: true, after: first.after })).toEqual({
      after: undefined,
      rows: 100,
    });
    const lease = crypto.randomUUID();
    const taken = await store.takeMirrored({
      queue: 'production/linkedin/mirror',
      lease,
      now: due,
      limit: 1_000,
    });
    expect(taken.rows).toHaveLength(600);
    expect(taken.rows.every(({ isAnew }) => isAnew)).toBe(true);
  });

  fact(
    'W-38 the row of an erased person goes once the platform holds nothing, and nothing brings it back',
    async (store) => {
      await join(store, 'a', ['u:1']);
      await settleAll(store);
      await store.erase('production', '1', due);
      await join(store, 'b', ['u:1']);
      const [row] = await settleAll(store, due + 1);
      expect(row).toMatchObject({ person: 'u:1', wanted: 'erased' });
      expect(await store.mirrorsOf('production', '1')).toEqual([]);
    },
  );

  fact(
    'W-38 a deletion is due at once, holds the user until it is settled, and is asked for anew',
    async (store) => {
      const deletions = [{ destination: 'heap', note: { sent: { entry: { users: [] } } } }];
      const deletionQueue = 'production/heap/deletion';
      await store.erase('production', '1', due, deletions);
      const lease = crypto.randomUUID();
      const { rows } = await store.takeMirrored({ queue: deletionQueue, lease, now: due, limit: 100 });
      const [row] = rows;
      expect(rows).toMatchObject([
        { person: 'u:1', list: 'user.deletion', wanted: 'erased', note: deletions[0]?.note },
      ]);
      const ask = { ask: { ref: '1' } };
      const waiting = told(row as LeasedMirror, {
        status: 'pending',
        isThere: true,
        due_at: due + 60_000,
        note: ask,
      });
      await store.settleMirrored({ queue: deletionQueue, lease, now: due, settled: [waiting] });
      await identified(store, '1');
      expect(
        (await store.takeMirrored({ queue: deletionQueue, lease: 'b', now: due + 5_000, limit: 100 })).rows,
      ).toEqual([]);
      // What came meanwhile is to be deleted, too.
      expect((await store.erase('production', '1', due + 5_000, deletions)).lists).toBe(0);
      const again = await store.takeMirrored({
        queue: deletionQueue,
        lease: 'c',
        now: due + 5_000,
        limit: 100,
      });
      expect(again.rows).toMatchObject([{ note: deletions[0]?.note }]);
      const gone = told(again.rows[0] as LeasedMirror, { isThere: false });
      await store.settleMirrored({ queue: deletionQueue, lease: 'c', now: due + 5_000, settled: [gone] });
      expect(await store.mirrorsOf('production', '1')).toEqual([]);
    },
  );

  fact(
    'accounts stand for their users, as of now and later, and an erased user is of none',
    async (store) => {
      const mirrors = { traitsAt: [], audiencesTo: new Map([['vip', ['meta']]]) };
      const belong = (user_id: string, account_id: string) =>
        store.identify({
          environment: 'production',
          received_at: due,
          messages: [{ identify: { user_id, account_id, occurred_at: new Date(due).toISOString() } }],
          mirrors,
        });
      const people = async () => (await settleAll(store, due + 5_000)).map(({ person }) => person);
      await belong('1', 'acme');
      await join(store, 'a', ['acc:acme']);
      // The account itself, too: a list may hold companies.
      expect(await people()).toEqual(['acc:acme', 'u:1']);
      await belong('2', 'acme');
      await belong('2', 'acme');
      await belong('3', 'other');
      expect(await people()).toEqual(['u:2']);
      const ofAll = () => store.audiencesOf('production', ['u:1', 'u:2', 'u:3', 'acc:acme', 'acc:other']);
      expect(await ofAll()).toEqual(
        new Map([
          ['u:1', ['vip']],
          ['acc:acme', ['vip']],
          ['u:2', ['vip']],
        ]),
      );
      expect(await store.membersOf('production', 'vip', 10)).toEqual({
        user_ids: ['1', '2'],
        account_ids: ['acme'],
        isMore: false,
      });
      await store.erase('production', '2', due);
      await settleAll(store, due + 5_000);
      await join(store, 'b', ['u:1'], ['acc:acme']);
      // By themselves still: whoever looks at the row finds them in.
      expect(await people()).toEqual(['acc:acme', 'u:1']);
      expect(await ofAll()).toEqual(new Map([['u:1', ['vip']]]));
    },
  );

  fact(
    'what is said of an account is known by its newest word, and makes its row due when it changes',
    async (store) => {
      const mirrors = { traitsAt: [], audiencesTo: new Map([['vip', ['meta']]]) };
      const said = (user_id: string, traits: JsonObject, at = due) =>
        store.identify({
          environment: 'production',
          received_at: due,
          messages: [
            { identify: { user_id, account_id: 'acme', traits, occurred_at: new Date(at).toISOString() } },
          ],
          mirrors,
        });
      const known = () => store.accounts('production', ['acme', 'other']);
      const looked = async () =>
        (await settleAll(store, due + 5_000)).map(({ person }) => person).filter((key) => key === 'acc:acme');
      await join(store, 'a', ['acc:acme']);
      expect(await looked()).toEqual(['acc:acme']);
      expect(await known()).toEqual([{}, {}]);
      await said('1', { company: 'Acme', plan: 'pro' });
      expect(await known()).toEqual([{ company: 'Acme' }, {}]);
      expect(await looked()).toEqual(['acc:acme']);
      await said('2', { company: 'Acme' });
      await said('3', { company: 'Old name' }, due - 60_000);
      expect(await looked()).toEqual([]);
      // Said again two hours later, it is newer than a rename of before that arrives late.
      await said('4', { company: 'Acme' }, due + 2 * 3_600_000);
      await said('5', { company: 'Between' }, due + 3_600_000);
      expect(await known()).toEqual([{ company: 'Acme' }, {}]);
      expect(await looked()).toEqual([]);
      await store.describeAccounts(
        'production',
        [{ account_id: 'acme', traits: { company_domain: 'acme.example' } }],
        due + 1,
      );
      expect(await known()).toEqual([{ company: 'Acme', company_domain: 'acme.example' }, {}]);
      expect(await looked()).toEqual(['acc:acme']);
      await store.describeAccounts(
        'production',
        [{ account_id: 'acme', traits: { company: null } }],
        due + 3 * 3_600_000,
      );
      expect(await known()).toEqual([{ company_domain: 'acme.example' }, {}]);
      // What is true of the account outlives a user who said it.
      await store.erase('production', '1', due);
      expect(await known()).toEqual([{ company_domain: 'acme.example' }, {}]);
    },
  );

  fact(
    'what is noted of a leased row is there when its relay is gone, and only its own lease may note it',
    async (store) => {
      await join(store, 'a', ['u:1']);
      const lease = 'one';
      const { rows } = await store.takeMirrored({ queue, lease, now: due, limit: 10 });
      const noted = rows.map(({ environment, person, destination, list }) => ({
        environment,
        person,
        destination,
        list,
        note: { sent: { isUnsure: true } },
      }));
      expect(await store.noteMirrored({ lease: 'another', noted })).toBe(0);
      expect(await store.noteMirrored({ lease, noted })).toBe(1);
      expect((await take(store)).rows).toEqual([]);
      expect((await take(store, due + 600_000)).rows).toMatchObject([{ note: { sent: { isUnsure: true } } }]);
    },
  );
}
