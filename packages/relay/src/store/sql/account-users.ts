import type { MirrorPlan } from '../arrival.ts';
import { accountKey, userKey } from '../person-key.ts';
import { writeWishes, type Wish } from './mirrors.ts';
import { forEach, keyOf, sortedByKey, type Sql } from './sql.ts';

const byAccount = { environment: 'text', account: 'text' } as const;
const insert = forEach(
  { ...byAccount, person: 'text' },
  (input) => `
  INSERT INTO account_users (environment, account, person)
  SELECT environment, account, person FROM ${input} WHERE true
  ON CONFLICT DO NOTHING RETURNING environment, account, person`,
);
const selectAudiences = forEach(
  byAccount,
  (input) => `
  SELECT members.environment, members.person AS account, members.audience FROM ${input} JOIN members
    ON members.environment = input.environment AND members.person = input.account AND members.present = 1`,
);

/** What an event or an identify said of a user's account. */
export interface Belonging {
  environment: string;
  at: number;
  user_id?: string | undefined;
  account_id?: string | undefined;
  mirrors: MirrorPlan | undefined;
}

/** Remembers who belongs to which account; whoever is new in one follows it into its audiences. */
export async function writeAccountUsers(sql: Sql, belongings: readonly Belonging[]): Promise<void> {
  const pairs = new Map(
    belongings.flatMap(({ environment, at, user_id, account_id, mirrors }) => {
      if (user_id === undefined || account_id === undefined) return [];
      const [account, person] = [accountKey(account_id), userKey(user_id)];
      return [[keyOf(environment, account, person), { environment, account, person, at, mirrors }] as const];
    }),
  );
  if (pairs.size === 0) return;
  const rows = sortedByKey(pairs).map(({ environment, account, person }) => ({
    environment,
    account,
    person,
  }));
  const fresh = (await sql.each(insert, rows)).flatMap(
    (row) =>
      pairs.get(keyOf(String(row['environment']), String(row['account']), String(row['person']))) ?? [],
  );
  if (fresh.length === 0) return;
  const accounts = new Map(
    fresh.map(({ environment, account }) => [keyOf(environment, account), { environment, account }]),
  );
  const audiences = Map.groupBy(await sql.each(selectAudiences, sortedByKey(accounts)), (row) =>
    keyOf(String(row['environment']), String(row['account'])),
  );
  const wishes = fresh.flatMap(({ environment, account, person, at, mirrors }) =>
    (audiences.get(keyOf(environment, account)) ?? []).flatMap((row): Wish[] => {
      const audience = String(row['audience']);
      return (mirrors?.audiencesTo.get(audience) ?? []).map((destination) => ({
        environment,
        person,
        destination,
        list: audience,
        wanted: 'in',
        due_at: at,
      }));
    }),
  );
  await writeWishes(sql, wishes, Math.max(...fresh.map(({ at }) => at)));
}
