import type { MembersPage, PageOutcome } from '../audiences.ts';
import { describeAccounts } from './accounts.ts';
import { idOf, isReplaced, ofSync, replaceOlder, setState, turnOf, unstageSome } from './apply-sync.ts';
import { countsOf, stateOf } from './read-audiences.ts';
import { placeMembers, type Moves } from './place-members.ts';
import { forEach, sortedByKey, type Row, type Sql } from './sql.ts';

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
const deleteMembers = forEach(
  { environment: 'text', audience: 'text', person: 'text' },
  (input) => `
  DELETE FROM members WHERE present = 0
    AND (environment, audience, person) IN (SELECT environment, audience, person FROM ${input})`,
);

type Write = <Result>(work: (sql: Sql) => Promise<Result>) => Promise<Result>;

/**
 * Takes in one page (docs/wire.md W-33). A page of a full list is staged in several transactions before the one that
 * counts it: staging it twice does nothing more.
 */
export async function addMembers(read: Sql, write: Write, page: MembersPage): Promise<PageOutcome> {
  if (page.mode === 'full') {
    const begun = await write((sql) => beginPage(sql, page));
    if ('outcome' in begun) return begun.outcome;
    const size = turnOf(read);
    for (let from = 0; from < page.add.length; from += size) {
      const began = performance.now();
      await write((sql) => stagePart(sql, page, page.add.slice(from, from + size)));
      await page.rest?.(performance.now() - began);
    }
  }
  return write((sql) => countPage(sql, page));
}

/** Finds or makes the sync, and says whether the page is wrong or was there before. */
async function beginPage(
  sql: Sql,
  page: MembersPage,
): Promise<{ sync: Row | undefined } | { outcome: PageOutcome }> {
  const { source, mode, total_pages, received_at: now } = page;
  await sql.all(
    `INSERT INTO syncs (environment, audience, sync_id, source, mode, state, total_pages, begun_at, changed_at)
     VALUES ($1, $2, $3, $4, $5, 'waiting', $6, $7, $7) ON CONFLICT DO NOTHING`,
    [...idOf(page), source, mode, total_pages, now],
  );
  const [sync] = await sql.all(`SELECT * FROM syncs WHERE ${ofSync} ${sql.forUpdate}`, idOf(page));
  const nothing = { added: 0, removed: 0, unchanged: 0, state: stateOf(sync) };
  if (sync && (Number(sync['total_pages']) !== total_pages || sync['mode'] !== mode)) {
    const conflict = `an earlier page of this sync said mode ${sync['mode']} and total_pages ${sync['total_pages']}`;
    return { outcome: { ...nothing, isRepeated: false, conflict } };
  }
  const [known] = await sql.all(`SELECT * FROM sync_pages WHERE ${ofSync} AND page = $4`, [
    ...idOf(page),
    page.page,
  ]);
  return known ? { outcome: { ...nothing, ...countsOf(known), isRepeated: true } } : { sync };
}

async function stagePart(sql: Sql, page: MembersPage, part: readonly string[]): Promise<void> {
  const [environment, audience, sync_id] = idOf(page);
  const rows = new Map(part.map((person) => [person, { environment, audience, sync_id, person }]));
  await sql.each(stage, sortedByKey(rows));
}

/** Lets a page take effect, once. */
async function countPage(sql: Sql, page: MembersPage): Promise<PageOutcome> {
  const begun = await beginPage(sql, page);
  if ('outcome' in begun) return begun.outcome;
  const { mode, total_pages, received_at: now, add, remove } = page;
  const placing = { ...page, begun_at: Number(begun.sync?.['begun_at'] ?? now), now };
  const isOver = await isReplaced(sql, placing);
  if (!isOver) await describeAccounts(sql, page.environment, page.accounts ?? [], now);
  const moves: Moves =
    mode === 'full'
      ? { added: 0, removed: 0, unchanged: 0 }
      : isOver
        ? { added: 0, removed: 0, unchanged: add.length + remove.length }
        : await placeMembers(sql, placing, add, remove);
  await sql.all(
    `INSERT INTO sync_pages (environment, audience, sync_id, page, added, removed, unchanged)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [...idOf(page), page.page, moves.added, moves.removed, moves.unchanged],
  );
  const [seen] = await sql.all(`SELECT count(*) AS pages FROM sync_pages WHERE ${ofSync}`, idOf(page));
  const isWhole = Number(seen?.['pages']) >= total_pages;
  const state = isWhole ? (mode === 'full' ? 'applying' : 'done') : 'waiting';
  await setState(sql, page, state, now);
  if (state === 'applying') await replaceOlder(sql, placing);
  return { ...moves, state, isRepeated: false, ...(isOver && { isReplaced: true }) };
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

/**
 * Forgets one old sync with its pages, but the newest of an audience, and some of those who left long ago. Returns
 * whether there is more to do.
 */
export async function forgetSyncs(
  sql: Sql,
  { environment, before }: { environment: string; before: number },
): Promise<boolean> {
  const gone = await sql.all(
    `SELECT audience, person FROM members WHERE environment = $1 AND present = 0 AND until < $2 LIMIT ${turnOf(sql)}`,
    [environment, before],
  );
  await sql.each(
    deleteMembers,
    gone.map((row) => ({ environment, audience: String(row['audience']), person: String(row['person']) })),
  );
  const [old] = await sql.all(
    `SELECT audience, sync_id FROM syncs WHERE environment = $1 AND changed_at < $2 AND EXISTS (
       SELECT 1 FROM syncs AS newer WHERE newer.environment = syncs.environment AND newer.audience = syncs.audience
         AND newer.begun_at > syncs.begun_at) LIMIT 1`,
    [environment, before],
  );
  if (!old) return gone.length === turnOf(sql);
  const sync = { environment, audience: String(old['audience']), sync_id: String(old['sync_id']) };
  // A full list that never came whole has members, too.
  if ((await unstageSome(sql, sync, '')) !== undefined) return true;
  await sql.all(`DELETE FROM sync_pages WHERE ${ofSync}`, idOf(sync));
  await sql.all(`DELETE FROM syncs WHERE ${ofSync}`, idOf(sync));
  return true;
}

/** Takes an erased person out of lists that are not complete yet. */
export async function eraseStaged(sql: Sql, environment: string, person: string): Promise<void> {
  const open = await sql.all(
    "SELECT audience, sync_id FROM syncs WHERE environment = $1 AND mode = 'full' AND state <> 'done'",
    [environment],
  );
  await sql.each(
    unstage,
    open.map((row) => ({
      environment,
      audience: String(row['audience']),
      sync_id: String(row['sync_id']),
      person,
    })),
  );
}
