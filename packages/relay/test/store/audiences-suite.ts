import { expect } from 'vitest';
import type { MembersPage, Store } from '../../src/index.ts';
import { factsOf, received_at, type OpenStore } from './suite.ts';

const hour = 3_600_000;
const page = (change: Partial<MembersPage> = {}): MembersPage => ({
  environment: 'production',
  audience: 'checkout_stalled',
  source: 'heap',
  sync_id: 'sync_1',
  mode: 'delta',
  page: 1,
  total_pages: 1,
  add: [],
  remove: [],
  to: ['meta'],
  traitsAt: [],
  received_at,
  ...change,
});
const users = (...ids: (string | number)[]): string[] => ids.map((id) => `u:cust_${id}`);

/** Who is in, of those who could be. */
async function membersOf(store: Store, ...ids: (string | number)[]): Promise<(string | number)[]> {
  const names = await store.audiencesOf(
    'production',
    ids.map((id) => `u:cust_${id}`),
  );
  return ids.filter((id) => names.get(`u:cust_${id}`)?.includes('checkout_stalled'));
}

/** Applies a full list, slice by slice, as the relay does. */
async function applyAll(store: Store, sync_id: string): Promise<void> {
  const sync = { environment: 'production', audience: 'checkout_stalled', sync_id };
  while (await store.applySync({ ...sync, to: ['meta'], traitsAt: [], now: received_at }));
}

/** What every `AudienceStore` does. */
export function testAudiences(name: string, open: OpenStore): void {
  const fact = factsOf(name, open);

  fact(
    'W-33 a delta takes effect page by page, and a repeated page answers the same and changes nothing',
    async (store) => {
      const first = page({ total_pages: 2, add: users(1, 2, 3) });
      expect(await store.addMembers(first)).toEqual({
        added: 3,
        removed: 0,
        unchanged: 0,
        state: 'waiting',
        isRepeated: false,
      });
      expect(await membersOf(store, 1, 2, 3)).toEqual([1, 2, 3]);
      expect(await store.addMembers(first)).toMatchObject({ added: 3, isRepeated: true });
      const second = page({ page: 2, total_pages: 2, add: users(3), remove: users(1, 9) });
      expect(await store.addMembers(second)).toMatchObject({
        added: 0,
        removed: 1,
        unchanged: 2,
        state: 'done',
      });
      expect(await membersOf(store, 1, 2, 3, 9)).toEqual([2, 3]);
      expect((await store.audience('production', 'checkout_stalled'))?.size).toBe(2);
    },
  );

  fact(
    'W-33 pages in any order end the same, and a page that arrives twice at once counts once',
    async (store) => {
      const both = await Promise.all(
        [1, 2].map(() => store.addMembers(page({ page: 2, total_pages: 2, add: users(2) }))),
      );
      expect(both.filter(({ isRepeated }) => isRepeated)).toHaveLength(1);
      await store.addMembers(page({ page: 1, total_pages: 2, add: users(1) }));
      expect(await store.audience('production', 'checkout_stalled')).toMatchObject({
        size: 2,
        sync: { state: 'done', pages: 2, added: 2 },
      });
    },
  );

  fact(
    'W-33 the newest sync wins over a late page of an older one, for who came and for who went',
    async (store) => {
      await store.addMembers(page({ sync_id: 'old', total_pages: 2, add: users(1, 2) }));
      const later = received_at + hour;
      await store.addMembers(
        page({ sync_id: 'new', add: users(2, 3), remove: users(1, 4), received_at: later }),
      );
      const late = page({ sync_id: 'old', page: 2, total_pages: 2, add: users(1, 4), remove: users(2, 3) });
      expect(await store.addMembers({ ...late, received_at: later + 1 })).toMatchObject({
        added: 0,
        removed: 0,
      });
      expect(await membersOf(store, 1, 2, 3, 4)).toEqual([2, 3]);
    },
  );

  fact(
    'W-33 a full list changes nothing until all its pages are there; then who is not in it leaves',
    async (store) => {
      await store.addMembers(page({ sync_id: 'before', add: users(1, 2) }));
      const full = {
        sync_id: 'full',
        mode: 'full',
        total_pages: 2,
        received_at: received_at + hour,
      } as const;
      expect(await store.addMembers(page({ ...full, page: 2, add: users(3) }))).toMatchObject({
        state: 'waiting',
      });
      expect(await membersOf(store, 1, 2, 3)).toEqual([1, 2]);
      expect(await store.syncsToApply()).toEqual([]);
      expect(await store.addMembers(page({ ...full, page: 1, add: users(2) }))).toMatchObject({
        state: 'applying',
      });
      expect(await store.syncsToApply()).toEqual([
        { environment: 'production', audience: 'checkout_stalled', sync_id: 'full' },
      ]);
      await applyAll(store, 'full');
      expect(await membersOf(store, 1, 2, 3)).toEqual([2, 3]);
      expect(await store.syncsToApply()).toEqual([]);
      expect((await store.audience('production', 'checkout_stalled'))?.sync).toMatchObject({
        sync_id: 'full',
        state: 'done',
        added: 1,
        removed: 1,
        unchanged: 1,
      });
    },
  );

  fact(
    'W-33 a full list of thousands is compared in slices, and ends with exactly its members',
    async (store) => {
      const old = Array.from({ length: 1_200 }, (_, n) => `u:old_${n}`);
      const kept = old.slice(0, 700);
      const fresh = Array.from({ length: 600 }, (_, n) => `u:new_${n}`);
      await store.addMembers(page({ sync_id: 'a', add: old }));
      await store.addMembers(
        page({ sync_id: 'b', mode: 'full', add: [...kept, ...fresh], received_at: received_at + hour }),
      );
      await applyAll(store, 'b');
      const record = await store.audience('production', 'checkout_stalled');
      expect(record).toMatchObject({ size: 1_300, sync: { added: 600, removed: 500, unchanged: 700 } });
      expect([...(await store.audiencesOf('production', ['u:old_699', 'u:old_700']))]).toEqual([
        ['u:old_699', ['checkout_stalled']],
      ]);
    },
  );

  fact(
    'W-33 of a full list of many thousands only who came and who went is written, and a newer sync has the last word',
    async (store) => {
      const key = (n: number): string => `u:${String(n).padStart(6, '0')}`;
      const range = (from: number, until: number): string[] =>
        Array.from({ length: until - from }, (_, n) => key(from + n));
      for (const [sync_id, list] of [
        ['a', [...range(0, 6_000), 'acc:acme', 'acc:globex']],
        ['b', range(6_000, 12_000)],
      ] as const)
        await store.addMembers(page({ sync_id, add: list, to: [] }));
      const listed = [...range(0, 5_990), 'acc:acme', ...range(6_010, 12_000), 'u:zoe'];
      const full = { sync_id: 'c', mode: 'full', total_pages: 2, received_at: received_at + hour } as const;
      await store.addMembers(page({ ...full, page: 1, add: listed.slice(0, 6_000) }));
      await store.addMembers(page({ ...full, page: 2, add: listed.slice(6_000) }));
      const newer = { sync_id: 'd', received_at: received_at + 2 * hour, to: [] };
      await store.addMembers(page({ ...newer, add: [key(6_000)], remove: [key(1)] }));
      await applyAll(store, 'c');
      const record = await store.audience('production', 'checkout_stalled');
      expect(record).toMatchObject({ size: 11_982, accounts: 1 });
      expect(record?.syncs.find(({ sync_id }) => sync_id === 'c')).toMatchObject({
        state: 'done',
        added: 1,
        removed: 20,
        unchanged: 11_981,
      });
      const queue = 'production/meta/mirror';
      const taken = await store.takeMirrored({ queue, lease: 'a', now: received_at + hour, limit: 1_000 });
      // Nineteen users and an account went, and one user came.
      expect(taken.rows).toHaveLength(21);
      expect((await store.audiencesOf('production', ['u:000001', 'u:006000', 'u:zoe'])).size).toBe(2);
    },
  );

  fact(
    'W-33 an older full list that comes whole after a newer one adds and removes nobody',
    async (store) => {
      const old = { sync_id: 'old', mode: 'full', total_pages: 2 } as const;
      const [soon, later] = [received_at + 1, received_at + hour];
      await store.addMembers(page({ ...old, add: users(1, 2) }));
      expect(
        await store.addMembers(page({ sync_id: 'new', mode: 'full', add: users(2, 4), received_at: soon })),
      ).not.toHaveProperty('isReplaced');
      await applyAll(store, 'new');
      const last = page({ ...old, page: 2, add: users(3), received_at: later });
      expect(await store.addMembers(last)).toMatchObject({ state: 'applying', isReplaced: true });
      await applyAll(store, 'old');
      expect(await membersOf(store, 1, 2, 3, 4)).toEqual([2, 4]);
      expect(await store.syncsToApply()).toEqual([]);
    },
  );

  fact(
    'W-33 a full list that comes whole while an older one is compared has the last word',
    async (store) => {
      const old = Array.from({ length: 6_000 }, (_, n) => `u:old_${String(n).padStart(4, '0')}`);
      await store.addMembers(page({ sync_id: 'old', mode: 'full', add: old }));
      const sync = { environment: 'production', audience: 'checkout_stalled', to: [], traitsAt: [] };
      // A part of it is placed, more is to come.
      expect(await store.applySync({ ...sync, sync_id: 'old', now: received_at })).toBe(true);
      const newer = { sync_id: 'new', mode: 'full', received_at: received_at + 1 } as const;
      await store.addMembers(page({ ...newer, add: users(1) }));
      await applyAll(store, 'new');
      await applyAll(store, 'old');
      expect(await store.audience('production', 'checkout_stalled')).toMatchObject({ size: 1 });
      expect(await membersOf(store, 1)).toEqual([1]);
    },
  );

  fact('W-33 a page that contradicts its sync is refused, and changes nothing', async (store) => {
    await store.addMembers(page({ total_pages: 2, add: users(1) }));
    const other = await store.addMembers(page({ page: 2, total_pages: 5, add: users(2) }));
    expect(other.conflict).toMatch(/total_pages 2/);
    expect(await membersOf(store, 1, 2)).toEqual([1]);
  });

  fact('audiences have their size by day, accounts apart, and cross no environment', async (store) => {
    const day = 24 * hour;
    await store.addMembers(page({ sync_id: 'a', add: [...users(1, 2), 'acc:acme'] }));
    await store.addMembers(page({ sync_id: 'b', remove: users(1), received_at: received_at + day }));
    await store.addMembers(page({ environment: 'staging', add: users(7) }));
    expect(await store.audience('production', 'checkout_stalled')).toMatchObject({
      size: 2,
      accounts: 1,
      sizes: [
        { day: '2026-11-23', size: 3 },
        { day: '2026-11-24', size: 2 },
      ],
    });
    expect(await store.audiences('staging')).toMatchObject([{ audience: 'checkout_stalled', size: 1 }]);
    expect(await store.audience('production', 'unknown')).toBeUndefined();
  });

  fact(
    'old syncs are forgotten but the newest, with lists that never came whole and who left long ago',
    async (store) => {
      await store.addMembers(page({ sync_id: 'old', add: users(1, 2) }));
      await store.addMembers(
        page({ sync_id: 'never', mode: 'full', total_pages: 2, add: users(7), received_at: received_at + 1 }),
      );
      await store.addMembers(page({ sync_id: 'gone', remove: users(2), received_at: received_at + 2 }));
      await store.addMembers(page({ sync_id: 'new', add: users(3), received_at: received_at + hour }));
      const rule = { environment: 'production', what: 'syncs', before: received_at + hour } as const;
      while (await store.forgetSome(rule));
      const record = await store.audience('production', 'checkout_stalled');
      expect(record?.syncs.map(({ sync_id }) => sync_id)).toEqual(['new']);
      expect(await membersOf(store, 1, 2, 3, 7)).toEqual([1, 3]);
    },
  );

  fact('W-38 an erased person is taken out of a list that is not complete yet', async (store) => {
    const full = { sync_id: 'full', mode: 'full', total_pages: 2 } as const;
    await store.addMembers(page({ ...full, add: users(1, 2) }));
    await store.erase('production', 'cust_1', received_at);
    await store.addMembers(page({ ...full, page: 2, add: users(3) }));
    await applyAll(store, 'full');
    expect(await membersOf(store, 1, 2, 3)).toEqual([2, 3]);
  });

  fact('W-38 who is erased while a list is compared does not come back by it', async (store) => {
    const many = Array.from({ length: 5_000 }, (_, n) => `u:cust_${n + 1_000}`);
    await store.addMembers(page({ sync_id: 'full', mode: 'full', add: many }));
    const applying = applyAll(store, 'full');
    await expect.poll(async () => (await store.audience('production', 'checkout_stalled'))?.size).not.toBe(0);
    await store.erase('production', 'cust_5900', received_at);
    await applying;
    expect(await membersOf(store, 5_900, 5_901)).toEqual([5_901]);
    // A row of theirs can only say that they are to be out: they were placed just before.
    const wanted = (await store.mirrorsOf('production', 'cust_5900')).map((row) => row.wanted);
    expect([[], ['erased']]).toContainEqual(wanted);
  });

  fact(
    'W-38 an erased person is in no audience any more, and platforms are to forget them',
    async (store) => {
      await store.addMembers(page({ add: users(1, 2) }));
      expect(await store.erase('production', 'cust_1', received_at)).toMatchObject({
        audiences: 1,
        lists: 1,
      });
      expect(await membersOf(store, 1, 2)).toEqual([2]);
      expect(await store.mirrorsOf('production', 'cust_1')).toMatchObject([
        { destination: 'meta', list: 'checkout_stalled', wanted: 'erased', status: 'pending' },
      ]);
    },
  );
}
