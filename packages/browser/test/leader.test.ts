import { expect, test } from 'vitest';
import { createExclusively } from '../src/platform/leader.ts';

const refusing = { request: () => Promise.reject(new DOMException('', 'SecurityError')) };

test.for([
  ['has no Web Locks', undefined],
  ['may not use them', refusing as unknown as LockManager],
] as const)('a page that %s sends all the same', async ([, locks]) => {
  expect(await createExclusively(locks)(() => Promise.resolve('sent'))).toBe('sent');
});

test('a request that fails under the lock is not sent a second time', async () => {
  const locks = { request: (_: string, __: object, work: () => unknown) => work() } as unknown as LockManager;
  let attempts = 0;
  const failing = createExclusively(locks)(() => {
    attempts++;
    return Promise.reject(new Error('cut'));
  });
  await expect(failing).rejects.toThrow('cut');
  expect(attempts).toBe(1);
});
