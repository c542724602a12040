import type { AudienceRecord, AudienceSummary, SyncRecord } from '../audiences.ts';
import { dayMs, dayOf } from '../days.ts';
import { idOfKey } from '../person-key.ts';
import { forEach, type Row, type Sql } from './sql.ts';

const selectSyncs = (filter: string): string => `
  SELECT syncs.*, coalesce(pages.pages, 0) AS pages, coalesce(pages.added, 0) AS added,
    coalesce(pages.removed, 0) AS removed, coalesce(pages.unchanged, 0) AS unchanged
  FROM syncs LEFT JOIN (
    SELECT environment, audience, sync_id, count(*) AS pages, sum(added) AS added, sum(removed) AS removed,
      sum(unchanged) AS unchanged
    FROM sync_pages WHERE environment = $1 ${filter} GROUP BY environment, audience, sync_id
  ) AS pages ON pages.environment = syncs.environment AND pages.audience = syncs.audience
    AND pages.sync_id = syncs.sync_id
  WHERE syncs.environment = $1 ${filter.replace('audience', 'syncs.audience')}
  ORDER BY syncs.begun_at DESC, syncs.sync_id`;

export async function listAudiences(sql: Sql, environment: string): Promise<AudienceSummary[]> {
  const syncs = Map.groupBy(await sql.all(selectSyncs(''), [environment]), (row) => String(row['audience']));
  const sizes = await sql.all(
    'SELECT audience, sum(change) AS size FROM audience_sizes WHERE environment = $1 GROUP BY audience',
    [environment],
  );
  const sizeOf = new Map(sizes.map((row) => [String(row['audience']), Number(row['size'])]));
  return [...syncs]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([audience, [newest]]) => {
      if (!newest) return [];
      const sync = syncOf(newest);
      return [{ audience, source: sync.source, size: sizeOf.get(audience) ?? 0, sync }];
    });
}

const syncsShown = 20;

export async function readAudience(
  sql: Sql,
  environment: string,
  audience: string,
): Promise<AudienceRecord | undefined> {
  const syncs = (await sql.all(selectSyncs('AND audience = $2'), [environment, audience])).map(syncOf);
  const [sync] = syncs;
  if (!sync) return undefined;
  const days = await sql.all(
    `SELECT day, kind, sum(change) AS change FROM audience_sizes WHERE environment = $1 AND audience = $2
     GROUP BY day, kind ORDER BY day`,
    [environment, audience],
  );
  const byDay = new Map<number, number>();
  let [size, accounts] = [0, 0];
  for (const row of days) {
    size += Number(row['change']);
    if (row['kind'] === 'accounts') accounts += Number(row['change']);
    byDay.set(Number(row['day']), size);
  }
  return {
    audience,
    source: sync.source,
    size,
    accounts,
    sync,
    syncs: syncs.slice(0, syncsShown),
    sizes: [...byDay].map(([day, then]) => ({ day: dayOf(day * dayMs), size: then })),
  };
}

export async function readMembers(
  sql: Sql,
  environment: string,
  audience: string,
  limit: number,
): Promise<{ user_ids: string[]; account_ids: string[]; isMore: boolean }> {
  const rows = await sql.all(
    `SELECT person FROM members WHERE environment = $1 AND audience = $2 AND present = 1 AND person >= 'u:'
     UNION SELECT account_users.person FROM members JOIN account_users
       ON account_users.environment = members.environment AND account_users.account = members.person
       WHERE members.environment = $1 AND members.audience = $2 AND members.present = 1 AND members.person < 'u:'
     ORDER BY person LIMIT $3`,
    [environment, audience, limit + 1],
  );
  const accounts = await sql.all(
    `SELECT person FROM members WHERE environment = $1 AND audience = $2 AND present = 1 AND person < 'u:'
     ORDER BY person LIMIT $3`,
    [environment, audience, limit + 1],
  );
  const idsOf = (those: readonly Row[]): string[] =>
    those.slice(0, limit).map((row) => idOfKey(String(row['person'])));
  const isMore = Math.max(rows.length, accounts.length) > limit;
  return { user_ids: idsOf(rows), account_ids: idsOf(accounts), isMore };
}

const selectAudiencesOf = forEach(
  { environment: 'text', person: 'text' },
  (input) => `
  SELECT members.person, members.audience FROM ${input} JOIN members
    ON members.environment = input.environment AND members.person = input.person AND members.present = 1`,
);
// Not joined with their members: without statistics SQLite would look through all members of the environment each time.
const selectAccountsOf = forEach(
  { environment: 'text', person: 'text' },
  (input) => `
  SELECT account_users.person, account_users.account FROM ${input} JOIN account_users
    ON account_users.environment = input.environment AND account_users.person = input.person`,
);

export async function readAudiencesOf(
  sql: Sql,
  environment: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const inputOf = (those: readonly string[]) =>
    [...new Set(those)].map((person) => ({ environment, person }));
  const members = inputOf(keys);
  const belongings = (await sql.each(selectAccountsOf, members)).map((row) => ({
    user: String(row['person']),
    account: String(row['account']),
  }));
  const all = inputOf([...keys, ...belongings.map(({ account }) => account)]);
  const rows = Map.groupBy(await sql.each(selectAudiencesOf, all), (row) => String(row['person']));
  const byUser = Map.groupBy(belongings, ({ user }) => user);
  return new Map(
    members.flatMap(({ person: key }) => {
      const standing = [key, ...(byUser.get(key) ?? []).map(({ account }) => account)];
      const audiences = standing.flatMap((one) =>
        (rows.get(one) ?? []).map((row) => String(row['audience'])),
      );
      return audiences.length > 0 ? [[key, [...new Set(audiences)].toSorted()] as const] : [];
    }),
  );
}

/** The counts of a page, or of all pages of a sync. */
export const countsOf = (row: Row | undefined) => ({
  added: Number(row?.['added'] ?? 0),
  removed: Number(row?.['removed'] ?? 0),
  unchanged: Number(row?.['unchanged'] ?? 0),
});

export const stateOf = (row: Row | undefined): SyncRecord['state'] =>
  (row?.['state'] ?? 'done') as SyncRecord['state'];

const syncOf = (row: Row): SyncRecord => ({
  sync_id: String(row['sync_id']),
  source: String(row['source']),
  mode: row['mode'] as SyncRecord['mode'],
  state: stateOf(row),
  pages: Number(row['pages']),
  total_pages: Number(row['total_pages']),
  ...countsOf(row),
  begun_at: new Date(Number(row['begun_at'])).toISOString(),
  at: new Date(Number(row['changed_at'])).toISOString(),
});
