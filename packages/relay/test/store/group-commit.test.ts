import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createGroupCommit } from '../../src/store/group-commit.ts';

/** Runs jobs of so many rows each at once; returns the groups that were committed. */
async function groupsOf(sizes: readonly number[], writers: number): Promise<number[][]> {
  const groups: number[][] = [];
  const commits = createGroupCommit<number>({
    commit: async (jobs) => {
      groups.push([...jobs]);
      // Longer than it takes the next writer to start.
      for (let turn = 0; turn < 5; turn++) await setImmediate();
      return jobs;
    },
    writers,
    sizeOf: (rows) => rows,
    isOutage: () => false,
  });
  const results = await Promise.all(sizes.map((rows) => commits.run<number>(rows)));
  expect(results).toEqual(sizes);
  return groups;
}

test('requests of few rows that come together share one commit, however many writers are free', async () => {
  expect(await groupsOf(Array<number>(32).fill(1), 2)).toEqual([Array<number>(32).fill(1)]);
});

test('requests of many rows are shared by the writers that are free', async () => {
  expect(await groupsOf([100, 100, 100, 100], 2)).toEqual([
    [100, 100],
    [100, 100],
  ]);
  expect(await groupsOf([500, 100, 100], 2)).toEqual([[500], [100, 100]]);
});

test('one writer takes all that waits, up to what one transaction can carry', async () => {
  expect(await groupsOf([100, 100, 100, 100], 1)).toEqual([[100, 100, 100, 100]]);
  expect(await groupsOf(Array<number>(10).fill(500), 1)).toEqual([
    [500, 500, 500, 500],
    [500, 500, 500, 500],
    [500, 500],
  ]);
});
