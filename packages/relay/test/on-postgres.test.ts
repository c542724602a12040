import { afterAll, beforeAll, describe } from 'vitest';
import { useStores } from './fresh-store.ts';

// The tests of the HTTP contract and of attacks, once more: each clause that a store can break holds on both.
const files = [
  './relay.test.ts',
  './own-events.test.ts',
  './attacks/attacks.test.ts',
  './changes/serve-changes.test.ts',
  './cli/report-command.test.ts',
  './drift/serve-drift.test.ts',
  './people/serve-people.test.ts',
  './read/find-events.test.ts',
  './registry/serve-registry.test.ts',
  './trace/serve-trace.test.ts',
];

describe('on Postgres', async () => {
  beforeAll(() => useStores('Postgres'));
  afterAll(() => useStores('SQLite'));
  for (const file of files) await import(/* @vite-ignore */ `${file}?on=postgres`);
});
