import { expect, test } from 'vitest';
import { createHealth } from '../../src/store/sql/health.ts';
import type { Database, Sql, SqlValue } from '../../src/store/sql/sql.ts';

test('W-35 after a failed commit, health is good only when as much as some batches can be committed', async () => {
  const full = new Error('the disk is full');
  const wrote: number[] = [];
  let room = Infinity;
  const sql: Sql = {
    all: async (_, [, ballast = null]: readonly SqlValue[] = []) => {
      const bytes = String(ballast ?? '').length;
      if (bytes > room) throw full;
      wrote.push(bytes);
      return [];
    },
    each: async () => [],
    forUpdate: '',
    slot: 0,
  };
  const database: Database = {
    read: sql,
    transaction: (work) => work(sql),
    isOutage: (cause) => cause === full,
    writers: 1,
    close: async () => {},
  };
  const health = createHealth(database);

  await health.check();
  expect(wrote).toEqual([0]);
  room = 10_000;
  await health.check();
  await expect(health.watch(Promise.reject(full))).rejects.toBe(full);
  await expect(health.check()).rejects.toBe(full);
  await expect(health.check()).rejects.toBe(full);
  room = Infinity;
  wrote.length = 0;
  await health.check();
  await health.check();
  expect(wrote).toEqual([1_048_576, 0, 0]);
});

test('W-35 what was wrong with one request says nothing about the database', async () => {
  const health = createHealth({
    read: undefined as unknown as Sql,
    transaction: async () => Promise.reject(new Error('not asked')),
    isOutage: () => false,
    writers: 1,
    close: async () => {},
  });
  const mistake = new TypeError('a mistake');
  await expect(health.watch(Promise.reject(mistake))).rejects.toBe(mistake);
  await expect(health.watch(Promise.resolve('done'))).resolves.toBe('done');
});
