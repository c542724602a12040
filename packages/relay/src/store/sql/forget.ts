import type { RetentionRule } from '../chores.ts';
import { withoutNetwork } from '../forget-fields.ts';
import { networkTime, withoutOldNetwork, type StoredSeen } from '../last-seen.ts';
import { forgetSyncs } from './syncs.ts';
import { forEach, type Row, type Sql } from './sql.ts';

/** Rows of one slice: few enough that nobody waits 20 ms for it. */
export const sliceRows = 200;

const byEvent = { environment: 'text', event_id: 'text' } as const;
const deleteEvents = forEach(
  byEvent,
  (input) => `
  DELETE FROM events WHERE (environment, event_id) IN (SELECT environment, event_id FROM ${input})`,
);
const deleteDeliveries = forEach(
  byEvent,
  (input) => `
  DELETE FROM deliveries WHERE (environment, event_id) IN (SELECT environment, event_id FROM ${input})`,
);
const deleteIdentifies = forEach(
  byEvent,
  (input) => `
  DELETE FROM identifies WHERE (environment, event_id) IN (SELECT environment, event_id FROM ${input})`,
);
const deleteReports = forEach(
  { environment: 'text', idempotency_key: 'text' },
  (input) => `
  DELETE FROM reports WHERE (environment, idempotency_key) IN (SELECT environment, idempotency_key FROM ${input})`,
);
const deleteChanges = forEach(
  { environment: 'text', at: 'integer', change_id: 'text' },
  (input) => `
  DELETE FROM changes WHERE (environment, at, change_id) IN (SELECT environment, at, change_id FROM ${input})`,
);
const deleteNotices = forEach(
  { environment: 'text', notice_id: 'text' },
  (input) => `
  DELETE FROM notices WHERE (environment, notice_id) IN (SELECT environment, notice_id FROM ${input})`,
);
const stripAnswers = forEach(
  { ...byEvent, destination: 'text' },
  (input) => `
  UPDATE deliveries SET note = NULL FROM ${input}
  WHERE deliveries.environment = input.environment AND deliveries.event_id = input.event_id
    AND deliveries.destination = input.destination AND deliveries.status <> 'pending'`,
);
const stripEvents = forEach(
  { ...byEvent, body: 'text', revision: 'integer' },
  (input) => `
  UPDATE events SET body = input.body, network = 0, revision = events.revision + 1
  FROM ${input} WHERE events.environment = input.environment AND events.event_id = input.event_id
    AND events.revision = input.revision`,
);
// One that was erased meanwhile has no address any more, and nothing else either.
const stripIdentifies = forEach(
  { ...byEvent, body: 'text' },
  (input) => `
  UPDATE identifies SET body = input.body, network = 0
  FROM ${input} WHERE identifies.environment = input.environment AND identifies.event_id = input.event_id
    AND identifies.network = 1`,
);
const stripPeople = forEach(
  { environment: 'text', person: 'text', seen: 'text', network_at: 'integer', revision: 'integer' },
  (input) => `
  UPDATE people SET seen = input.seen, network_at = input.network_at, revision = people.revision + 1
  FROM ${input} WHERE people.environment = input.environment AND people.person = input.person
    AND people.revision = input.revision`,
);

/** Does one slice of retention. Returns whether there is more to do. */
export async function forgetSome(sql: Sql, rule: RetentionRule): Promise<boolean> {
  switch (rule.what) {
    case 'events':
      return forgetEvents(sql, rule);
    case 'identifies':
      return removeOld(sql, rule, { from: 'identifies', id: 'event_id' }, async (rows) => {
        await sql.each(deleteIdentifies, rows.map(eventIds));
      });
    case 'changes':
      return forgetChanges(sql, rule);
    case 'answers':
      return forgetAnswers(sql, rule);
    case 'notices':
      return removeOld(sql, rule, { from: 'notices', id: 'notice_id', time: 'at' }, async (rows) => {
        const given = rows.map((row) => ({
          environment: rule.environment,
          notice_id: String(row['notice_id']),
        }));
        await sql.each(deleteNotices, given);
      });
    case 'syncs':
      return forgetSyncs(sql, rule);
    case 'reports':
      return removeOld(sql, rule, { from: 'reports', id: 'idempotency_key' }, async (rows) => {
        const given = rows.map((row) => ({
          environment: rule.environment,
          idempotency_key: String(row['idempotency_key']),
        }));
        await sql.each(deleteReports, given);
      });
    default:
      return forgetNetwork(sql, rule);
  }
}

const forgetChanges = (sql: Sql, rule: RetentionRule): Promise<boolean> =>
  removeOld(sql, rule, { from: 'changes', id: 'at, change_id', time: 'at' }, async (rows) => {
    const given = rows.map((row) => ({
      environment: rule.environment,
      at: Number(row['at']),
      change_id: String(row['change_id']),
    }));
    await sql.each(deleteChanges, given);
  });

const forgetEvents = (sql: Sql, rule: RetentionRule): Promise<boolean> =>
  removeOld(sql, rule, { from: 'events', id: 'event_id' }, async (rows) => {
    await sql.each(deleteDeliveries, rows.map(eventIds));
    await sql.each(deleteEvents, rows.map(eventIds));
  });

async function removeOld(
  sql: Sql,
  { environment, before }: RetentionRule,
  { from, id, time = 'received_at' }: { from: string; id: string; time?: string },
  remove: (rows: readonly Row[]) => Promise<void>,
): Promise<boolean> {
  const rows = await sql.all(
    `SELECT environment, ${id} FROM ${from} WHERE environment = $1 AND ${time} < $2 ORDER BY ${time} LIMIT $3`,
    [environment, before, sliceRows],
  );
  await remove(rows);
  return rows.length === sliceRows;
}

/** Takes out what platforms answered, where the delivery is final. */
async function forgetAnswers(sql: Sql, { environment, before }: RetentionRule): Promise<boolean> {
  const rows = await sql.all(
    `SELECT environment, event_id, destination FROM deliveries
     WHERE environment = $1 AND note IS NOT NULL AND status <> 'pending' AND changed_at < $2
     ORDER BY changed_at LIMIT $3`,
    [environment, before, sliceRows],
  );
  await sql.each(
    stripAnswers,
    rows.map((row) => ({ ...eventIds(row), destination: String(row['destination']) })),
  );
  return rows.length === sliceRows;
}

/** Takes addresses and user agents out of what is older. */
async function forgetNetwork(sql: Sql, { environment, before }: RetentionRule): Promise<boolean> {
  const select = (from: string): Promise<readonly Row[]> =>
    sql.all(
      `SELECT * FROM ${from} WHERE environment = $1 AND network = 1 AND received_at < $2 ORDER BY received_at LIMIT $3`,
      [environment, before, sliceRows],
    );
  const events = await select('events');
  await sql.each(
    stripEvents,
    events.map((row) => ({ ...eventIds(row), body: stripped(row), revision: row['revision'] ?? 0 })),
  );
  const identifies = await select('identifies');
  await sql.each(
    stripIdentifies,
    identifies.map((row) => ({ ...eventIds(row), body: stripped(row) })),
  );
  const people = await sql.all(
    'SELECT * FROM people WHERE environment = $1 AND network_at < $2 ORDER BY network_at LIMIT $3',
    [environment, before, sliceRows],
  );
  await sql.each(
    stripPeople,
    people.map((row) => {
      const seen = withoutOldNetwork(JSON.parse(String(row['seen'])) as StoredSeen, before);
      return {
        environment,
        person: String(row['person']),
        seen: JSON.stringify(seen),
        network_at: networkTime(seen),
        revision: row['revision'] ?? 0,
      };
    }),
  );
  return [events, identifies, people].some((rows) => rows.length === sliceRows);
}

const stripped = (row: Row): string =>
  JSON.stringify(withoutNetwork(JSON.parse(String(row['body'])) as object));
const eventIds = (row: Row) => ({
  environment: String(row['environment']),
  event_id: String(row['event_id']),
});
