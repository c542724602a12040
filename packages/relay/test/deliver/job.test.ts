import { expect, test } from 'vitest';
import { createJob } from '../../src/deliver/engine.ts';

test('a job whose due rows another lease holds back does not ask for them without a pause', async () => {
  const job = createJob<never, never>({
    environment: 'production',
    destination: 'meta',
    queue: 'production/meta',
    limits: { perRequest: 100 },
    take: async ({ now }) => ({
      rows: [],
      state: { paused: false, leases: [], pace: {} },
      until: now + 60_000,
      next_due_at: now,
    }),
    work: async () => ({ settled: [], sign: { arrived: false, failed: false } }),
    settle: async () => 0,
    noticeOf: () => undefined,
  });
  const { next } = await job.turn({ now: () => 1_000_000, random: () => 0 });
  expect(next).toBe(1_000_100);
});
