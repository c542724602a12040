import type { Registry } from '@tracklayer/core';

/** What follows from a registry's entries: made once, and again when `loadRegistry` has brought others. */
export function ofEntries<Result>(registry: Registry, make: (registry: Registry) => Result): () => Result {
  let made: { entries: Registry['entries']; result: Result } | undefined;
  return () => {
    const { entries } = registry;
    if (made?.entries !== entries) made = { entries, result: make(registry) };
    return made.result;
  };
}
