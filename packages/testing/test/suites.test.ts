import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createHttpTransport } from '@tracklayer/core/http';
import { createPoolTransport, createSpool } from '@tracklayer/node';
import { testStorage, testTransport } from '@tracklayer/testing/suites';

testTransport('the HTTP transport', (endpoint) => createHttpTransport({ endpoint }), { test, expect });
testTransport('the pool transport of Node', (endpoint) => createPoolTransport({ endpoint }), {
  test,
  expect,
});

testStorage(
  'the spool',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'tracklayer-'));
    return {
      open: () => createSpool({ folder }),
      dispose: () => rmSync(folder, { recursive: true, force: true }),
    };
  },
  { test, expect },
);

test('a suite fails a transport that retries by itself', async () => {
  const failures: string[] = [];
  const facts: (() => Promise<void>)[] = [];
  testTransport(
    'eager',
    (endpoint) => {
      const { send } = createHttpTransport({ endpoint });
      return { send: async (...args) => (await send(...args)) && send(...args) };
    },
    {
      test: (name, run) =>
        facts.push(() => run().catch(() => void failures.push(name.replace(/^eager: (\S+).*/, '$1')))),
      expect,
    },
  );
  for (const prove of facts) await prove();
  expect(failures).toEqual(expect.arrayContaining(['W-15', 'W-24']));
});
