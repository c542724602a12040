import { withoutPerson } from '../forget-fields.ts';
import type { Deletion } from '../mirrors.ts';
import type { Erased } from '../people.ts';
import { anonymousKey, userKey } from '../person-key.ts';
import { eraseMembers } from './place-members.ts';
import { sliceRows } from './forget.ts';
import { counted } from './lease-deliveries.ts';
import { eraseStaged } from './syncs.ts';
import { eraseMirrors, writeDeletions } from './erase-mirrors.ts';
import { eraseNotices } from './notices.ts';
import { countSettled } from './steps.ts';
import { forEach, LostRace, type Sql } from './sql.ts';

const byPerson = { environment: 'text', person: 'text' } as const;
const selectIdentifies = forEach(
  byPerson,
  (input) => `
  SELECT identifies.environment, identifies.event_id FROM ${input} JOIN identifies
    ON identifies.environment = input.environment AND identifies.person = input.person`,
);
const eraseIdentifies = forEach(
  { environment: 'text', event_id: 'text' },
  (input) => `
  UPDATE identifies SET body = '{}', person = NULL, network = 0
  FROM ${input} WHERE identifies.environment = input.environment AND identifies.event_id = input.event_id`,
);
const deletePeople = forEach(
  byPerson,
  (input) => `
  DELETE FROM people WHERE (environment, person) IN (SELECT environment, person FROM ${input})
  RETURNING traits`,
);
const eraseEvents = forEach(
  { environment: 'text', event_id: 'text', body: 'text', revision: 'integer', erased_at: 'integer' },
  (input) => `
  UPDATE events SET body = input.body, person = NULL, network = 0, erased_at = input.erased_at,
    client_occurred_at = NULL, later_copies = NULL, revision = events.revision + 1
  FROM ${input} WHERE events.environment = input.environment AND events.event_id = input.event_id
    AND events.revision = input.revision
  RETURNING events.event_id`,
);
const byEvent = { environment: 'text', event_id: 'text' } as const;
const stopDeliveries = forEach(
  { ...byEvent, changed_at: 'integer' },
  (input) => `
  UPDATE deliveries SET status = 'skipped', reason = 'erased', lease = NULL, changed_at = input.changed_at
  FROM ${input} WHERE deliveries.environment = input.environment AND deliveries.event_id = input.event_id
    AND deliveries.status = 'pending'
  RETURNING ${counted}`,
);
const forgetRecipients = forEach(
  byEvent,
  (input) => `
  UPDATE deliveries SET person = NULL, note = NULL, destination_ref = NULL FROM ${input}
  WHERE deliveries.environment = input.environment AND deliveries.event_id = input.event_id`,
);

type Write = <Result>(work: (sql: Sql) => Promise<Result>) => Promise<Result>;

interface ErasedPerson {
  environment: string;
  user_id: string;
  at: number;
  deletions: readonly Deletion[];
}

/**
 * Erases one person, in transactions that hold nobody up. The links go last, so that an erasure that was cut off can
 * be repeated: what is left is still found by the user id.
 */
export async function erasePerson(
  write: Write,
  { environment, user_id, at, deletions }: ErasedPerson,
): Promise<Erased> {
  const carriers = await write((sql) => carriersOf(sql, environment, user_id));
  const keys = carriers.map((person) => ({ environment, person }));
  let [events, deliveries] = [0, 0];
  for (const person of carriers) {
    for (;;) {
      const slice = await write((sql) => eraseSome(sql, { environment, person, at }));
      events += slice.events;
      deliveries += slice.deliveries;
      if (slice.found < sliceRows) break;
    }
  }
  return write(async (sql) => {
    const identifies = await sql.each(selectIdentifies, keys);
    const ids = identifies.map((row) => ({ environment, event_id: String(row['event_id']) }));
    await sql.each(eraseIdentifies, ids);
    const people = await sql.each(deletePeople, keys);
    await eraseStaged(sql, environment, userKey(user_id));
    await eraseNotices(sql, environment, userKey(user_id));
    await sql.all('DELETE FROM account_users WHERE environment = $1 AND person = $2', [
      environment,
      userKey(user_id),
    ]);
    const links = await sql.all(
      'DELETE FROM links WHERE environment = $1 AND user_id = $2 RETURNING linked_at',
      [environment, user_id],
    );
    const traits = people.reduce(
      (sum, row) => sum + Object.keys(JSON.parse(String(row['traits'])) as object).length,
      0,
    );
    const lists = await eraseMirrors(sql, environment, user_id, at);
    await writeDeletions(sql, { environment, user_id, at, deletions });
    return {
      anonymous_ids: carriers.length - 1,
      links: links.length,
      traits,
      identifies: ids.length,
      events,
      deliveries,
      audiences: await eraseMembers(sql, environment, user_id, at),
      lists,
    };
  });
}

/** The user, and the anonymous ids that are the user's now: one that went on to another user is that one's. */
async function carriersOf(sql: Sql, environment: string, user_id: string): Promise<string[]> {
  const rows = await sql.all(
    'SELECT DISTINCT anonymous_id FROM links WHERE environment = $1 AND user_id = $2 AND closed_at IS NULL',
    [environment, user_id],
  );
  return [userKey(user_id), ...rows.map((row) => anonymousKey(String(row['anonymous_id'])))];
}

async function eraseSome(
  sql: Sql,
  { environment, person, at }: { environment: string; person: string; at: number },
): Promise<{ found: number; events: number; deliveries: number }> {
  const rows = await sql.all(
    `SELECT * FROM events WHERE environment = $1 AND person = $2 ORDER BY received_at LIMIT ${sliceRows}`,
    [environment, person],
  );
  const ids = rows.map((row) => ({ environment, event_id: String(row['event_id']) }));
  const stopped = await sql.each(
    stopDeliveries,
    ids.map((one) => ({ ...one, changed_at: at })),
  );
  await countSettled(sql, stopped);
  await sql.each(forgetRecipients, ids);
  const erased = await sql.each(
    eraseEvents,
    rows.map((row) => ({
      environment,
      event_id: String(row['event_id']),
      body: JSON.stringify(withoutPerson(JSON.parse(String(row['body'])) as object)),
      revision: row['revision'] ?? 0,
      erased_at: at,
    })),
  );
  if (erased.length < rows.length) throw new LostRace('an event was changed meanwhile');
  return { found: rows.length, events: erased.length, deliveries: stopped.length };
}
