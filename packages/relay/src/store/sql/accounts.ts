import type { JsonObject } from '@tracklayer/core';
import { accountTraitsIn } from '../account-traits.ts';
import { joinTraits, mergeTraits } from '../merge-traits.ts';
import type { Described } from '../people.ts';
import { accountKey } from '../person-key.ts';
import { touchPeople, type Touch } from './touch-people.ts';
import type { Sql } from './sql.ts';
import { change, readPeople, selectPeople, storedPersonOf, writePeople } from './write-people.ts';

/** What was said of an account. */
export interface AccountTelling extends Described {
  environment: string;
  /** When it was true, in milliseconds since 1970. */
  at: number;
  /** Our clock. */
  touched_at: number;
}

/** An account has many users who say the same: within so long nothing is written then, or they would all wait for its row. */
const freshMs = 3_600_000;

/**
 * Notes what was said of accounts, in rows beside those of people.
 *
 * @returns the accounts of which something else is known now, to be looked at again.
 */
export async function writeAccounts(sql: Sql, tellings: readonly AccountTelling[]): Promise<Touch[]> {
  const telling = tellings
    .map((one) => ({ ...one, person: accountKey(one.account_id), traits: accountTraitsIn(one.traits) }))
    .filter(({ traits }) => Object.keys(traits).length > 0);
  if (telling.length === 0) return [];
  const people = await readPeople(sql, telling);
  const touches: Touch[] = [];
  for (const { environment, person, traits, at, touched_at } of telling)
    change(people, environment, person, (known) => {
      const next = mergeTraits(known.traits, traits, at);
      const isSame = JSON.stringify(joinTraits([next])) === JSON.stringify(joinTraits([known.traits]));
      // Said again, it is newer than what was said in between and arrives late.
      if (isSame && Object.keys(traits).every((name) => at < (known.traits[name]?.[1] ?? 0) + freshMs))
        return known;
      if (!isSame) touches.push({ environment, person, at: touched_at, traitsAt: [] });
      return { ...known, traits: next };
    });
  await writePeople(sql, people);
  return touches;
}

/** Notes what a source said of accounts, and has them looked at again. */
export async function describeAccounts(
  sql: Sql,
  environment: string,
  accounts: readonly Described[],
  at: number,
): Promise<void> {
  const described = accounts.map((account) => ({ ...account, environment, at, touched_at: at }));
  await touchPeople(sql, await writeAccounts(sql, described));
}

/** Reads what is known of accounts, in the order given. */
export async function readAccounts(
  sql: Sql,
  environment: string,
  account_ids: readonly string[],
): Promise<JsonObject[]> {
  const keys = account_ids.map(accountKey);
  const rows = await sql.each(
    selectPeople,
    [...new Set(keys)].map((person) => ({ environment, person })),
  );
  const known = new Map(rows.map(storedPersonOf).map((row) => [row.person, row.traits]));
  return keys.map((key) => joinTraits([known.get(key) ?? {}]));
}
