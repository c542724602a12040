import { testStorage } from '@tracklayer/testing/suites';
import { expect, test } from 'vitest';
import { createPageStore } from '../src/platform/storage.ts';

/** What a page's storage is to a store. Its keys are its own properties, as in browsers. */
function createStorage(): Storage {
  const storage = {} as Record<string, string>;
  return new Proxy(storage, {
    get: (kept, name: string) =>
      ({
        getItem: (key: string) => kept[key] ?? null,
        setItem: (key: string, value: string) => void (kept[key] = value),
        removeItem: (key: string) => void delete kept[key],
      })[name],
  }) as unknown as Storage;
}

testStorage(
  'the page store',
  () => {
    const storage = createStorage();
    let clients = 0;
    return {
      open() {
        const owner = `page_${++clients}`;
        const store = createPageStore(storage, owner, { onWrite() {}, onClose() {} });
        // Those opened before are of pages that are gone.
        return { ...store, adopt: (take) => (store.bury(store.strangers()), store.adopt(take)) };
      },
    };
  },
  { test, expect },
);

test('P-9 messages of one task share keys of 25, and the first has its own', async () => {
  const storage = createStorage();
  const store = createPageStore(storage, 'page', { onWrite() {}, onClose() {} });
  for (let seq = 1; seq <= 60; seq++) {
    store.put({
      seq,
      kind: 'capture',
      event_id: `e${seq}`,
      json: `{"event_id":"e${seq}"}`,
      captured_at: 1,
      priority: 1,
    });
  }
  await Promise.resolve();
  expect(Object.keys(storage)).toEqual(['tl1:m:page:1', 'tl1:m:page:2', 'tl1:m:page:27', 'tl1:m:page:52']);
  store.remove([2, 3, 27]);
  const nextTask = {
    seq: 61,
    kind: 'capture',
    event_id: 'e61',
    json: '{"event_id":"e61"}',
    captured_at: 1,
    priority: 1,
  } as const;
  store.put(nextTask);
  expect(Object.keys(storage)).toContain('tl1:m:page:61');
  expect(storage.getItem('tl1:m:page:2')).not.toContain('"e3"');
  expect(storage.getItem('tl1:m:page:2')).toContain('"e4"');
});
