import { expect, test } from 'vitest';
import { createExclusively } from '../src/platform/leader.ts';

const refusing = { request: () => Promise.reject(new DOMException('', 'SecurityError')) };

test.for([
  ['has no Web Locks', undefined],
  ['may not use them', refusing as unknown as LockManager],
] as const)('a page that %s sends all the same', async ([, locks]) => {
  expect(await createExclusively(locks)(() => Promise.resolve('sent'))).toBe('sent');
});
