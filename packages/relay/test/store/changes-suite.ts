import { expect } from 'vitest';
import type { NewChange } from '../../src/index.ts';
import { factsOf, received_at, type OpenStore } from './suite.ts';

const paused = (after: number, change: Partial<NewChange> = {}): NewChange => ({
  at: received_at + after,
  key: '0123456789ab',
  action: 'destination.paused',
  subject: 'meta',
  detail: {},
  ...change,
});

/** What every `ChangeStore` does. */
export function testChanges(name: string, open: OpenStore): void {
  const fact = factsOf(name, open);

  fact('W-43 changes are kept by environment and read newest first', async (store) => {
    await store.addChange('production', paused(0));
    await store.addChange('production', paused(1, { action: 'destination.resumed' }));
    await store.addChange('staging', paused(2));
    expect(await store.changes('production', { limit: 10 })).toEqual({
      changes: [
        {
          at: new Date(received_at + 1).toISOString(),
          key: '0123456789ab',
          action: 'destination.resumed',
          subject: 'meta',
          detail: {},
        },
        {
          at: new Date(received_at).toISOString(),
          key: '0123456789ab',
          action: 'destination.paused',
          subject: 'meta',
          detail: {},
        },
      ],
      next_cursor: null,
    });
  });

  fact('W-43 pages miss and repeat nothing, also of one millisecond', async (store) => {
    for (let count = 0; count < 7; count++)
      await store.addChange('production', paused(0, { subject: `version ${count}` }));
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await store.changes('production', { limit: 3, after });
      seen.push(...page.changes.map(({ subject }) => subject));
      after = page.next_cursor ?? undefined;
    } while (after !== undefined);
    expect(seen.toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6].map((count) => `version ${count}`));
  });

  fact('W-43 one kind of change is asked for', async (store) => {
    await store.addChange('production', paused(0));
    const replayed = paused(1, { action: 'deliveries.replayed', detail: { count: 12, status: 'failed' } });
    await store.addChange('production', replayed);
    await store.addChange('production', paused(2, { subject: 'google' }));
    const ofGoogle = await store.changes('production', { subject: 'google', limit: 10 });
    expect(ofGoogle.changes.map(({ subject }) => subject)).toEqual(['google']);
    const { changes } = await store.changes('production', { action: 'deliveries.replayed', limit: 10 });
    expect(changes).toMatchObject([{ detail: { count: 12, status: 'failed' } }]);
  });

  fact('old changes are forgotten, and no others', async (store) => {
    await store.addChange('production', paused(0));
    await store.addChange('production', paused(10));
    const rule = { environment: 'production', what: 'changes', before: received_at + 10 } as const;
    expect(await store.forgetSome(rule)).toBe(false);
    const { changes } = await store.changes('production', { limit: 10 });
    expect(changes.map(({ at }) => Date.parse(at))).toEqual([received_at + 10]);
  });
}
