import { dayMs } from '../days.ts';
import { traitsList } from '../mirrors.ts';
import { isAccountKey, userKey } from '../person-key.ts';
import { readAccountUsers } from './read-account-users.ts';
import { writeWishes, type Wish } from './mirrors.ts';
import { forEach, keyOf, sortedByKey, type Sql } from './sql.ts';

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
export interface Placing {
  environment: string;
  audience: string;
  sync_id: string;
  begun_at: number;
  to: readonly string[];
  traitsAt: readonly string[];
  now: number;
}

/** How many came, went, and were as they were said to be. */
export interface Moves {
  added: number;
  removed: number;
  unchanged: number;
}

/** Places people in an audience or out of it, counts who came and went, and says so to the destinations. */
export async function placeMembers(
  sql: Sql,
  { environment, audience, sync_id, begun_at, to, traitsAt, now }: Placing,
  add: readonly string[],
  remove: readonly string[],
): Promise<Moves> {
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
    const kind = isAccountKey(person) ? 'accounts' : 'users';
    sizes.set(kind, (sizes.get(kind) ?? 0) + (isIn ? 1 : -1));
  }
  const day = Math.floor(now / dayMs);
  await sql.each(
    resize,
    [...sizes].map(([kind, change]) => ({ environment, audience, day, kind, slot: sql.slot, change })),
  );
  const accounts = moved.map(({ person }) => person).filter(isAccountKey);
  // Whether they are in is decided when they are looked at: they may be there by themselves, or by another account.
  const followers = (await readAccountUsers(sql, environment, accounts)).map((person) => ({
    person,
    isIn: true,
  }));
  const wishes = [...followers, ...moved].flatMap(({ person, isIn }): Wish[] => [
    ...to.map((destination): Wish => {
      const wanted = isIn ? 'in' : 'out';
      return { environment, person, destination, list: audience, wanted, due_at: now };
    }),
    ...(isAccountKey(person) ? [] : traitsAt).map((destination): Wish => {
      return { environment, person, destination, list: traitsList, wanted: 'in', due_at: now };
    }),
  ]);
  await writeWishes(sql, wishes, now);
  const added = moved.filter(({ isIn }) => isIn).length;
  const removed = moved.length - added;
  return { added, removed, unchanged: rows.size - moved.length };
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
