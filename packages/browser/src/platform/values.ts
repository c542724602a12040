import { attempt } from '@tracklayer/core/adapter';
import type { KeyValue } from '@tracklayer/core';

export const valuePrefix = 'tl1:v:';

/** Small values shared by the tabs of this origin; what can't be stored lives in this page. Never throws. */
export function createValues(storage: Storage | undefined): KeyValue {
  const unstored = new Map<string, string>();
  return {
    get: (key) => unstored.get(key) ?? attempt(() => storage?.getItem(valuePrefix + key)) ?? undefined,
    set(key, value) {
      unstored.set(key, value);
      attempt(() => {
        storage?.setItem(valuePrefix + key, value);
        if (storage) unstored.delete(key);
      });
    },
    remove(key) {
      unstored.delete(key);
      attempt(() => storage?.removeItem(valuePrefix + key));
    },
  };
}
