import { randomUUID } from 'node:crypto';
import { noticeQueueOf, type QueuedNotice } from '../notice.ts';
import { forEach, type Sql } from './sql.ts';

const add = forEach(
  {
    environment: 'text',
    notice_id: 'text',
    queue: 'text',
    type: 'text',
    at: 'integer',
    data: 'text',
    person: 'text',
  },
  (input) => `
  INSERT INTO notices (environment, notice_id, queue, type, at, data, person, status, due_at)
  SELECT environment, notice_id, queue, type, at, data, person, 'pending', at FROM ${input} WHERE true`,
);

/** Writes what is to be reported, each under an id of its own. */
export async function addNotices(sql: Sql, notices: readonly QueuedNotice[]): Promise<void> {
  const rows = notices.map(({ environment, type, at, data, person = null }) => ({
    environment,
    notice_id: randomUUID(),
    queue: noticeQueueOf(environment),
    type,
    at,
    data: JSON.stringify(data),
    person,
  }));
  await sql.each(add, rows);
}
