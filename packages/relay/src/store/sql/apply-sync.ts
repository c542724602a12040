import type { AudienceStore, MembersPage } from '../audiences.ts';
import { compareList, type Difference } from './compare-list.ts';
import { placeMembers, type Placing } from './place-members.ts';
import { stateOf } from './read-audiences.ts';
import { forEach, type Row, type Sql } from './sql.ts';

/** Members of one transaction where others wait for it: few enough that ingest hardly does. */
const membersATurn = 500;
const membersOfMany = 2_500;
/** Members that leave the stage in one transaction, where it holds nobody up. */
const unstagedATurn = 25_000;

/** How many members one transaction places. */
export const turnOf = ({ partRows }: Sql): number => (partRows === undefined ? membersOfMany : membersATurn);

type Write = <Result>(work: (sql: Sql) => Promise<Result>) => Promise<Result>;
/** One sync of an audience. */
export type Sync = Pick<MembersPage, 'environment' | 'audience' | 'sync_id'>;

export const idOf = ({ environment, audience, sync_id }: Sync): [string, string, string] => [
  environment,
  audience,
  sync_id,
];
export const ofSync = 'environment = $1 AND audience = $2 AND sync_id = $3';

/** Where a full list stands whose pages are all there. */
interface Progress {
  step: 'compare' | 'clear';
  /** The person after whom it goes on. */
  after: string;
}

const begun: Progress = { step: 'compare', after: '' };
const over: Progress = { step: 'clear', after: '' };

/** Of an older relay, which compared in two steps, it begins anew: what is placed already comes to the same. */
function progressOf({ progress }: Row): Progress {
  const known = typeof progress === 'string' ? (JSON.parse(progress) as Progress) : begun;
  return known.step === 'compare' || known.step === 'clear' ? known : begun;
}

/** Compares a part of a full list with the members, and writes those who came or went. */
export async function applySync(
  read: Sql,
  write: Write,
  request: Parameters<AudienceStore['applySync']>[0],
): Promise<boolean> {
  const [sync] = await read.all(`SELECT * FROM syncs WHERE ${ofSync}`, idOf(request));
  if (stateOf(sync) !== 'applying' || !sync) return false;
  const { step, after } = progressOf(sync);
  const placing = { ...request, begun_at: Number(sync['begun_at']) };
  let noted = String(sync['progress'] ?? '');
  /** Notes how far it is, unless another relay has done so. */
  const note = async (sql: Sql, next: string): Promise<boolean> => {
    const rows = await sql.all(
      `UPDATE syncs SET progress = $4 WHERE ${ofSync} AND coalesce(progress, '') = $5 RETURNING sync_id`,
      [...idOf(placing), next, noted],
    );
    return rows.length > 0;
  };
  if (step === 'clear' || (await isReplaced(read, placing)))
    return write(async (sql) => {
      const last = await unstageSome(sql, placing, step === 'clear' ? after : over.after);
      if (last === undefined) await setState(sql, placing, 'done', placing.now);
      else await note(sql, textOf({ step: 'clear', after: last }));
      return last !== undefined;
    });
  for (const { came, went, same, last } of slicesOf(await compareList(read, placing, after), read)) {
    const next = textOf(last === undefined ? over : { step, after: last });
    const isOurs = await write(async (sql) => {
      if (!(await note(sql, next))) return false;
      const listed = await stillListed(sql, placing, came);
      const moves = await placeMembers(sql, placing, listed, went);
      // A full list's counts stand at its first page.
      await sql.all(
        `UPDATE sync_pages SET added = added + $4, removed = removed + $5, unchanged = unchanged + $6
         WHERE ${ofSync} AND page = 1`,
        [...idOf(placing), moves.added, moves.removed, same + listed.length - moves.added],
      );
      return true;
    });
    if (!isOurs) break;
    noted = next;
  }
  return true;
}

/** A full list that began later has the word: what is older says nothing any more. */
export async function isReplaced(
  sql: Sql,
  { environment, audience, begun_at }: Pick<Placing, 'environment' | 'audience' | 'begun_at'>,
): Promise<boolean> {
  const [newer] = await sql.all(
    `SELECT sync_id FROM syncs WHERE environment = $1 AND audience = $2 AND mode = 'full' AND state <> 'waiting'
       AND begun_at > $3 LIMIT 1`,
    [environment, audience, begun_at],
  );
  return newer !== undefined;
}

/** Stops older lists that are compared just now, in the transaction in which a newer one gets the word: what they place comes before it, or not at all. */
export async function replaceOlder(
  sql: Sql,
  { environment, audience, begun_at }: Pick<Placing, 'environment' | 'audience' | 'begun_at'>,
): Promise<void> {
  await sql.all(
    `UPDATE syncs SET progress = $3 WHERE environment = $1 AND audience = $2 AND mode = 'full' AND state = 'applying'
       AND begun_at < $4`,
    [environment, audience, textOf(over), begun_at],
  );
}

const selectListed = (lock: string) =>
  forEach(
    { environment: 'text', audience: 'text', sync_id: 'text', person: 'text' },
    (input) => `
  SELECT staged.person FROM ${input} JOIN staged ON staged.environment = input.environment
    AND staged.audience = input.audience AND staged.sync_id = input.sync_id AND staged.person = input.person ${lock}`,
  );
const selectListedBy = { '': selectListed(''), 'FOR UPDATE': selectListed('FOR UPDATE OF staged') };

/** Those of a list who were not erased since they were compared; whoever erases them now waits for us, and finds them. */
async function stillListed(sql: Sql, sync: Sync, persons: readonly string[]): Promise<string[]> {
  const [environment, audience, sync_id] = idOf(sync);
  const rows = await sql.each(
    selectListedBy[sql.forUpdate],
    persons.map((person) => ({ environment, audience, sync_id, person })),
  );
  return rows.map((row) => String(row['person']));
}

const textOf = (progress: Progress): string => JSON.stringify(progress);

/** Cuts what a part changes into what one transaction writes. */
function slicesOf({ came, went, same, last }: Difference, read: Sql): Difference[] {
  const size = turnOf(read);
  const moves = [...came.map((key) => ({ key, isIn: true })), ...went.map((key) => ({ key, isIn: false }))];
  moves.sort((a, b) => (a.key < b.key ? -1 : 1));
  const slices: Difference[] = [];
  for (let from = 0; from < moves.length || from === 0; from += size) {
    const part = moves.slice(from, from + size);
    const isLast = from + size >= moves.length;
    slices.push({
      came: part.flatMap(({ key, isIn }) => (isIn ? [key] : [])),
      went: part.flatMap(({ key, isIn }) => (isIn ? [] : [key])),
      same: isLast ? same : 0,
      last: isLast ? last : part.at(-1)?.key,
    });
  }
  return slices;
}

/** Returns the last person that was unstaged, as long as there may be more. */
export async function unstageSome(sql: Sql, sync: Sync, after: string): Promise<string | undefined> {
  const rows = sql.partRows ?? unstagedATurn;
  const [last] = await sql.all(
    `SELECT person FROM staged WHERE ${ofSync} AND person > $4 ORDER BY person LIMIT 1 OFFSET ${rows - 1}`,
    [...idOf(sync), after],
  );
  const end = last && String(last['person']);
  await sql.all(
    `DELETE FROM staged WHERE ${ofSync} AND person > $4${end === undefined ? '' : ' AND person <= $5'}`,
    [...idOf(sync), after, ...(end === undefined ? [] : [end])],
  );
  return end;
}

export async function setState(sql: Sql, sync: Sync, state: string, now: number): Promise<void> {
  await sql.all(`UPDATE syncs SET state = $4, changed_at = $5 WHERE ${ofSync}`, [...idOf(sync), state, now]);
}
