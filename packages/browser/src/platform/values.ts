import type { KeyValue } from '@tracklayer/core';

export const valuePrefix = 'tl1:v:';

/** Small values shared by the tabs of this origin; what can't be stored lives in this page. Never throws. */
export function createValues(storage: Storage | undefined): KeyValue {
  const unstored = new Map<string, string>();
  return {
    get(key) {
      try {
        return unstored.get(key) ?? storage?.getItem(valuePrefix + key) ?? undefined;
      } catch {
        return undefined;
      }
    },
    set(key, value) {
      unstored.set(key, value);
      try {
        storage?.setItem(valuePrefix + key, value);
        if (storage) unstored.delete(key);
      } catch {
        // Full or forbidden: this page remembers.
      }
    },
    remove(key) {
      unstored.delete(key);
      try {
        storage?.removeItem(valuePrefix + key);
      } catch {
        // What can't be removed could not be written either.
      }
    },
  };
}
