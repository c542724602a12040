import type {
  AudienceRecord,
  AudienceStore,
  AudienceSummary,
  MembersPage,
  PageOutcome,
  SyncRecord,
} from '../audiences.ts';
import { dayMs, dayOf } from '../days.ts';
import { traitsList } from '../mirrors.ts';
import { userKey } from '../person-key.ts';
import { writeWishes, type Wish } from './mirrors.ts';
import { forEach, keyOf, sortedByKey, type Row, type Sql } from './sql.ts';

const member = {
  environment: 'text',
  audience: 'text',
  person: 'text',
  present: 'integer',
  since: 'integer',
  until: 'integer',
  sync_id: 'text',
  begun_at: 'integer',
} as const;
// Returned only where somebody came or went: whom a newer sync placed stays there, and who is there already stays, too.
const place = forEach(
  member,
  (input) => `
  INSERT INTO members (environment, audience, person, present, since, until, sync_id, begun_at)
  SELECT environment, audience, person, present, since, until, sync_id, begun_at FROM ${input} WHERE true
  ON CONFLICT (environment, audience, person) DO UPDATE SET present = excluded.present,
    since = CASE WHEN excluded.present = 1 THEN excluded.since ELSE members.since END,
    until = excluded.until, sync_id = excluded.sync_id, begun_at = excluded.begun_at
    WHERE members.begun_at <= excluded.begun_at AND members.present <> excluded.present
  RETURNING members.person, members.present, members.since`,
);
// A newer sync that says the same: a late page of an older one changes nothing any more.
const confirm = forEach(
  { environment: 'text', audience: 'text', person: 'text', sync_id: 'text', begun_at: 'integer' },
  (input) => `
  UPDATE members SET sync_id = input.sync_id, begun_at = input.begun_at FROM ${input}
  WHERE members.environment = input.environment AND members.audience = input.audience
    AND members.person = input.person AND members.begun_at < input.begun_at`,
);
const stage = forEach(
  { environment: 'text', audience: 'text', sync_id: 'text', person: 'text' },
  (input) => `
  INSERT INTO staged (environment, audience, sync_id, person)
  SELECT environment, audience, sync_id, person FROM ${input} WHERE true ON CONFLICT DO NOTHING`,
);
const unstage = forEach(
  { environment: 'text', audience: 'text', sync_id: 'text', person: 'text' },
  (input) => `
  DELETE FROM staged WHERE (environment, audience, sync_id, person) IN
    (SELECT environment, audience, sync_id, person FROM ${input})`,
);
const resize = forEach(
  {
    environment: 'text',
    audience: 'text',
    day: 'integer',
    kind: 'text',
    slot: 'integer',
    change: 'integer',
  },
  (input) => `
  INSERT INTO audience_sizes (environment, audience, day, kind, slot, change)
  SELECT environment, audience, day, kind, slot, change FROM ${input} WHERE true
  ON CONFLICT (environment, audience, day, kind, slot) DO UPDATE SET change = audience_sizes.change + excluded.change`,
);

/** What is true of every member of a page or slice. */
interface Placing {
  environment: string;
  audience: string;
  sync_id: string;
  begun_at: number;
  to: readonly string[];
  traitsAt: readonly string[];
  now: number;
}

/** Takes in one page (docs/wire.md W-33). */
export async function addMembers(sql: Sql, page: MembersPage): Promise<PageOutcome> {
  const { environment, audience, sync_id, source, mode, total_pages, received_at: now } = page;
  await sql.all(
    `INSERT INTO syncs (environment, audience, sync_id, source, mode, state, total_pages, begun_at, changed_at)
     VALUES ($1, $2, $3, $4, $5, 'waiting', $6, $7, $7) ON CONFLICT DO NOTHING`,
    [environment, audience, sync_id, source, mode, total_pages, now],
  );
  const select = `SELECT * FROM syncs WHERE environment = $1 AND audience = $2 AND sync_id = $3 ${sql.forUpdate}`;
  const [sync] = await sql.all(select, [environment, audience, sync_id]);
  const nothing = { added: 0, removed: 0, unchanged: 0, state: 'done', isRepeated: false } as const;
  if (sync && (Number(sync['total_pages']) !== total_pages || sync['mode'] !== mode)) {
    const conflict = `an earlier page of this sync said mode ${sync['mode']} and total_pages ${sync['total_pages']}`;
    return { ...nothing, conflict };
  }
  const isNew = await sql.all(
    `INSERT INTO sync_pages (environment, audience, sync_id, page) VALUES ($1, $2, $3, $4)
     ON CONFLICT DO NOTHING RETURNING page`,
    [environment, audience, sync_id, page.page],
  );
  if (isNew.length === 0) return repeated(sql, page);
  const placing: Placing = {
    environment,
    audience,
    sync_id,
    begun_at: Number(sync?.['begun_at'] ?? now),
    to: page.to,
    traitsAt: page.traitsAt,
    now,
  };
  const counts =
    mode === 'full' ? await stagePage(sql, page) : await placePage(sql, placing, page.add, page.remove);
  await sql.all(
    `UPDATE sync_pages SET added = $5, removed = $6, unchanged = $7
     WHERE environment = $1 AND audience = $2 AND sync_id = $3 AND page = $4`,
    [environment, audience, sync_id, page.page, counts.added, counts.removed, counts.unchanged],
  );
  const [seen] = await sql.all(
    'SELECT count(*) AS pages FROM sync_pages WHERE environment = $1 AND audience = $2 AND sync_id = $3',
    [environment, audience, sync_id],
  );
  const isWhole = Number(seen?.['pages']) >= total_pages;
  const state = isWhole ? (mode === 'full' ? 'applying' : 'done') : 'waiting';
  await setState(sql, placing, state);
  return { ...counts, state, isRepeated: false };
}

/** Applies a slice of a full list: first who is in it, then who is not. */
export async function applySync(
  sql: Sql,
  { environment, audience, sync_id, to, traitsAt, now }: Parameters<AudienceStore['applySync']>[0],
): Promise<boolean> {
  const [sync] = await sql.all(
    `SELECT * FROM syncs WHERE environment = $1 AND audience = $2 AND sync_id = $3 ${sql.forUpdate}`,
    [environment, audience, sync_id],
  );
  if (sync?.['state'] !== 'applying') return false;
  const begun_at = Number(sync['begun_at']);
  const placing: Placing = { environment, audience, sync_id, begun_at, to, traitsAt, now };
  const staged = await sql.all(
    `SELECT person FROM staged WHERE environment = $1 AND audience = $2 AND sync_id = $3
     ORDER BY person LIMIT ${sliceMembers}`,
    [environment, audience, sync_id],
  );
  if (staged.length > 0) {
    const people = staged.map((row) => String(row['person']));
    await addCounts(sql, placing, await placePage(sql, placing, people, []));
    await sql.each(
      unstage,
      people.map((person) => ({ environment, audience, sync_id, person })),
    );
    return true;
  }
  // Everybody in the list was placed or confirmed by this sync: who was not is not in it.
  const gone = await sql.all(
    `SELECT person FROM members WHERE environment = $1 AND audience = $2 AND present = 1 AND begun_at <= $3
       AND sync_id <> $4 AND person > $5 ORDER BY person LIMIT ${sliceMembers}`,
    [environment, audience, begun_at, sync_id, String(sync['progress'] ?? '')],
  );
  if (gone.length > 0) {
    const people = gone.map((row) => String(row['person']));
    await addCounts(sql, placing, await placePage(sql, placing, [], people));
    await sql.all(
      'UPDATE syncs SET progress = $4 WHERE environment = $1 AND audience = $2 AND sync_id = $3',
      [environment, audience, sync_id, people.at(-1) ?? null],
    );
    return true;
  }
  await setState(sql, placing, 'done');
  return false;
}

const sliceMembers = 500;

async function repeated(sql: Sql, page: MembersPage): Promise<PageOutcome> {
  const { environment, audience, sync_id } = page;
  const [known] = await sql.all(
    'SELECT * FROM sync_pages WHERE environment = $1 AND audience = $2 AND sync_id = $3 AND page = $4',
    [environment, audience, sync_id, page.page],
  );
  const [sync] = await sql.all(
    'SELECT state FROM syncs WHERE environment = $1 AND audience = $2 AND sync_id = $3',
    [environment, audience, sync_id],
  );
  return { ...countsOf(known), state: stateOf(sync), isRepeated: true };
}

async function stagePage(sql: Sql, { environment, audience, sync_id, add }: MembersPage) {
  const rows = new Map(add.map((person) => [person, { environment, audience, sync_id, person }]));
  await sql.each(stage, sortedByKey(rows));
  return { added: 0, removed: 0, unchanged: 0 };
}

/** Places people in an audience or out of it, counts who came and went, and says so to the destinations. */
async function placePage(
  sql: Sql,
  { environment, audience, sync_id, begun_at, to, traitsAt, now }: Placing,
  add: readonly string[],
  remove: readonly string[],
): Promise<{ added: number; removed: number; unchanged: number }> {
  const rows = new Map(
    [...add.map((person) => [person, 1] as const), ...remove.map((person) => [person, 0] as const)].map(
      ([person, present]) => [
        person,
        {
          environment,
          audience,
          person,
          present,
          since: present === 1 ? now : 0,
          until: present === 1 ? null : now,
          sync_id,
          begun_at,
        },
      ],
    ),
  );
  const ordered = sortedByKey(rows);
  const written = (await sql.each(place, ordered)).map((row) => ({
    person: String(row['person']),
    isIn: Number(row['present']) === 1,
    // Who was never in does not leave.
    isMove: Number(row['since']) > 0,
  }));
  const moved = written.filter(({ isMove }) => isMove);
  const known = new Set(written.map(({ person }) => person));
  await sql.each(
    confirm,
    ordered
      .filter(({ person }) => !known.has(person))
      .map(({ person }) => ({ environment, audience, person, sync_id, begun_at })),
  );
  const sizes = new Map<string, number>();
  for (const { person, isIn } of moved) {
    const kind = person.startsWith('u:') ? 'users' : 'accounts';
    sizes.set(kind, (sizes.get(kind) ?? 0) + (isIn ? 1 : -1));
  }
  const day = Math.floor(now / dayMs);
  await sql.each(
    resize,
    [...sizes].map(([kind, change]) => ({ environment, audience, day, kind, slot: sql.slot, change })),
  );
  const wishes = moved
    .filter(({ person }) => person.startsWith('u:'))
    .flatMap(({ person, isIn }): Wish[] => [
      ...to.map((destination): Wish => {
        const wanted = isIn ? 'in' : 'out';
        return { environment, person, destination, list: audience, wanted, due_at: now };
      }),
      ...traitsAt.map((destination): Wish => {
        return { environment, person, destination, list: traitsList, wanted: 'in', due_at: now };
      }),
    ]);
  await writeWishes(sql, wishes, now);
  const added = moved.filter(({ isIn }) => isIn).length;
  const removed = moved.length - added;
  return { added, removed, unchanged: rows.size - moved.length };
}

async function setState(
  sql: Sql,
  { environment, audience, sync_id, now }: Placing,
  state: string,
): Promise<void> {
  await sql.all(
    'UPDATE syncs SET state = $4, changed_at = $5 WHERE environment = $1 AND audience = $2 AND sync_id = $3',
    [environment, audience, sync_id, state, now],
  );
}

/** A full list's counts stand at its first page. */
async function addCounts(
  sql: Sql,
  { environment, audience, sync_id }: Placing,
  { added, removed, unchanged }: { added: number; removed: number; unchanged: number },
): Promise<void> {
  await sql.all(
    `UPDATE sync_pages SET added = added + $4, removed = removed + $5, unchanged = unchanged + $6
     WHERE environment = $1 AND audience = $2 AND sync_id = $3 AND page = 1`,
    [environment, audience, sync_id, added, removed, unchanged],
  );
}

export async function readSyncsToApply(
  sql: Sql,
): Promise<{ environment: string; audience: string; sync_id: string }[]> {
  const rows = await sql.all(
    "SELECT environment, audience, sync_id FROM syncs WHERE state = 'applying' ORDER BY changed_at LIMIT 100",
  );
  return rows.map((row) => ({
    environment: String(row['environment']),
    audience: String(row['audience']),
    sync_id: String(row['sync_id']),
  }));
}

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
): Promise<{ user_ids: string[]; isMore: boolean }> {
  const rows = await sql.all(
    `SELECT person FROM members WHERE environment = $1 AND audience = $2 AND present = 1 AND person >= 'u:'
     ORDER BY person LIMIT $3`,
    [environment, audience, limit + 1],
  );
  const user_ids = rows.slice(0, limit).map((row) => String(row['person']).slice('u:'.length));
  return { user_ids, isMore: rows.length > limit };
}

const selectAudiencesOf = forEach(
  { environment: 'text', person: 'text' },
  (input) => `
  SELECT members.person, members.audience FROM ${input} JOIN members
    ON members.environment = input.environment AND members.person = input.person AND members.present = 1`,
);

export async function readAudiencesOf(
  sql: Sql,
  environment: string,
  user_ids: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await sql.each(
    selectAudiencesOf,
    [...new Set(user_ids)].map((user_id) => ({ environment, person: userKey(user_id) })),
  );
  const byPerson = Map.groupBy(rows, (row) => String(row['person']).slice('u:'.length));
  return new Map(
    [...byPerson].map(([user_id, those]) => [
      user_id,
      those.map((row) => String(row['audience'])).toSorted(),
    ]),
  );
}

/** An erased person is a member of nothing, and was none. */
export async function eraseMembers(
  sql: Sql,
  environment: string,
  user_id: string,
  at: number,
): Promise<number> {
  const rows = await sql.all(
    'DELETE FROM members WHERE environment = $1 AND person = $2 AND present = 1 RETURNING audience',
    [environment, userKey(user_id)],
  );
  await sql.all('DELETE FROM members WHERE environment = $1 AND person = $2', [
    environment,
    userKey(user_id),
  ]);
  const day = Math.floor(at / dayMs);
  const sizes = new Map(
    rows.map((row) => {
      const audience = String(row['audience']);
      const size = { environment, audience, day, kind: 'users', slot: sql.slot, change: -1 };
      return [keyOf(audience), size] as const;
    }),
  );
  await sql.each(resize, sortedByKey(sizes));
  return rows.length;
}

const countsOf = (row: Row | undefined) => ({
  added: Number(row?.['added'] ?? 0),
  removed: Number(row?.['removed'] ?? 0),
  unchanged: Number(row?.['unchanged'] ?? 0),
});

const stateOf = (row: Row | undefined): SyncRecord['state'] =>
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
