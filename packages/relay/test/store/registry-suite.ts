import { expect } from 'vitest';

import { heapEntry } from '../registry/entries.ts';
import { factsOf, received_at, type OpenStore } from './suite.ts';

/** What every `RegistryStore` does. */
export function testRegistry(name: string, open: OpenStore): void {
  const fact = factsOf(name, open);

  fact('W-32 a registry version is appended to the one that it replaces, and to no other', async (store) => {
    expect(await store.registry('production')).toEqual({ version: 0, entries: [] });
    const [approved, draft] = [heapEntry(), heapEntry({ status: 'draft' })];
    const put = (replaces: number, entry: typeof draft) =>
      store.putRegistry('production', { replaces, entries: [entry], at: received_at });
    expect(await Promise.all([put(0, approved), put(0, draft)])).toEqual([1, undefined]);
    expect(await store.registry('production')).toEqual({ version: 1, entries: [approved] });
    expect([await put(1, draft), await put(1, approved)]).toEqual([2, undefined]);
    expect(await store.registry('production')).toEqual({ version: 2, entries: [draft] });
    expect(await store.registry('staging')).toEqual({ version: 0, entries: [] });
  });

  fact('W-32 every version of a registry is kept and listed, newest first', async (store) => {
    const put = (replaces: number, entries: ReturnType<typeof heapEntry>[]) =>
      store.putRegistry('production', { replaces, entries, at: received_at + replaces });
    await put(0, [heapEntry()]);
    await put(1, []);
    await put(2, [heapEntry({ status: 'draft' })]);
    const at = (after: number): string => new Date(received_at + after).toISOString();
    expect(await store.registryVersions('production', { limit: 2 })).toEqual([
      { version: 3, entries: 1, at: at(2) },
      { version: 2, entries: 0, at: at(1) },
    ]);
    expect(await store.registryVersions('production', { limit: 2, before: 2 })).toEqual([
      { version: 1, entries: 1, at: at(0) },
    ]);
    expect(await store.registryVersion('production', 1)).toEqual({ version: 1, entries: [heapEntry()] });
    expect(await store.registryVersion('production', 4)).toBeUndefined();
    expect(await store.registryVersion('staging', 1)).toBeUndefined();
  });
}
