import { setImmediate } from 'node:timers/promises';
import type { Placing } from './place-members.ts';
import type { Sql } from './sql.ts';

/** Where one statement holds nobody up, it looks through so many rows. */
const wholeRows = 10_000;
/** Parts without a difference that are looked through before it is noted how far that is. */
const partsATurn = 4;
/** After every key of a member, which begins with `acc:` or `u:`. */
const pastAll = 'v';

/** What a part of a full list changes. */
export interface Difference {
  /** In the list, and not among the members. */
  came: readonly string[];
  /** Among the members, and not in the list. */
  went: readonly string[];
  /** How many of the list were members already. */
  same: number;
  /** The last person that was compared; nothing when all are. */
  last: string | undefined;
}

const ofSync = 'environment = $1 AND audience = $2 AND sync_id = $3';
const ofAudience = 'environment = $1 AND audience = $2';
// Sets, and no joins: without statistics a planner may compare each row of one side with each of the other.
const selectCame = `
  SELECT person FROM staged WHERE ${ofSync} AND person > $4 AND person <= $5
  EXCEPT SELECT person FROM members WHERE ${ofAudience} AND person > $4 AND person <= $5 AND present = 1
  ORDER BY person`;
// Whoever was placed by a newer sync meanwhile stays where they are.
const selectWent = `
  SELECT person FROM members WHERE ${ofAudience} AND person > $4 AND person <= $5 AND present = 1 AND begun_at <= $6
  EXCEPT SELECT person FROM staged WHERE ${ofSync} AND person > $4 AND person <= $5
  ORDER BY person`;
const countListed = `SELECT count(*) AS count FROM staged WHERE ${ofSync} AND person > $4 AND person <= $5`;

/**
 * Compares a list with the members in the order of their keys, from a person on, until somebody came or went. Needs no
 * transaction: the list does not change any more.
 */
export async function compareList(read: Sql, placing: Placing, from: string): Promise<Difference> {
  let [after, same] = [from, 0];
  for (let part = 1; ; part += 1) {
    const found = await comparePart(read, placing, after);
    same += found.same;
    const isDifferent = found.came.length > 0 || found.went.length > 0;
    if (isDifferent || found.last === undefined || part === partsATurn) return { ...found, same };
    after = found.last;
    await setImmediate();
  }
}

async function comparePart(read: Sql, placing: Placing, after: string): Promise<Difference> {
  const { environment, audience, sync_id, begun_at } = placing;
  const end = await endOfPart(read, placing, after);
  const part = [environment, audience, sync_id, after, end];
  const came = keysOf(await read.all(selectCame, part));
  const went = keysOf(await read.all(selectWent, [...part, begun_at]));
  const [listed] = await read.all(countListed, part);
  const same = Number(listed?.['count']) - came.length;
  return { came, went, same, last: end === pastAll ? undefined : end };
}

/** The person up to whom neither the list nor the audience has more rows than one statement may look through. */
async function endOfPart(read: Sql, placing: Placing, after: string): Promise<string> {
  const { environment, audience, sync_id } = placing;
  const rows = read.partRows ?? wholeRows;
  const [[listed], [member]] = [
    await read.all(
      `SELECT person FROM staged WHERE ${ofSync} AND person > $4 ORDER BY person LIMIT 1 OFFSET ${rows - 1}`,
      [environment, audience, sync_id, after],
    ),
    await read.all(
      `SELECT person FROM members WHERE ${ofAudience} AND person > $3 ORDER BY person LIMIT 1 OFFSET ${rows - 1}`,
      [environment, audience, after],
    ),
  ];
  const [a, b] = [String(listed?.['person'] ?? pastAll), String(member?.['person'] ?? pastAll)];
  return a < b ? a : b;
}

const keysOf = (rows: Awaited<ReturnType<Sql['all']>>): string[] => rows.map((row) => String(row['person']));
