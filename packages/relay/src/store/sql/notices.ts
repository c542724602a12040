import type { JsonObject } from '@tracklayer/core';
import { type NoticeType } from '../notice.ts';
import { type LeasedNotice, type SettledNotice } from '../notices.ts';
import type { SettleRequest, Taken, TakeRequest } from '../queue.ts';
import { isSameRow, settleRows, takeRows, workTable } from './lease-rows.ts';
import { forEach, type Row, type Sql } from './sql.ts';

export const noticeTable = workTable('notices', ['environment', 'notice_id'], 'notice_id');
const key = { environment: 'text', notice_id: 'text' } as const;
const settle = forEach(
  { ...key, lease: 'text', status: 'text', due_at: 'integer' },
  (input) => `
  UPDATE notices SET lease = NULL, status = input.status, due_at = input.due_at
  FROM ${input} WHERE ${isSameRow(noticeTable)} AND notices.lease = input.lease
  RETURNING notices.environment, notices.notice_id`,
);
const removeHeard = forEach(
  key,
  (input) => `
  DELETE FROM notices WHERE status = 'heard'
    AND (environment, notice_id) IN (SELECT environment, notice_id FROM ${input})`,
);

/** What was to be reported of an erased person is reported to nobody. */
export async function eraseNotices(sql: Sql, environment: string, person: string): Promise<void> {
  await sql.all('DELETE FROM notices WHERE environment = $1 AND person = $2', [environment, person]);
}

export async function takeNotices(sql: Sql, request: TakeRequest): Promise<Taken<LeasedNotice>> {
  const taken = await takeRows(sql, noticeTable, request);
  return { ...taken, rows: taken.rows.map(leasedOf) };
}

export async function settleNotices(sql: Sql, request: SettleRequest<SettledNotice>): Promise<number> {
  const written = await settleRows(sql, noticeTable, request, {
    settle,
    rowOf: ({ environment, notice_id, due_at }) => ({
      environment,
      notice_id,
      status: due_at === undefined ? 'heard' : 'pending',
      due_at: due_at ?? request.now,
    }),
  });
  await sql.each(
    removeHeard,
    written.map((row) => ({
      environment: String(row['environment']),
      notice_id: String(row['notice_id']),
    })),
  );
  return written.length;
}

const leasedOf = (row: Row): LeasedNotice => ({
  environment: String(row['environment']),
  notice_id: String(row['notice_id']),
  type: row['type'] as NoticeType,
  at: Number(row['at']),
  data: JSON.parse(String(row['data'])) as JsonObject,
  attempts: Number(row['attempts']),
});
