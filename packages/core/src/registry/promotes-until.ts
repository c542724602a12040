import type { RegistryEntry } from './registry.ts';

const dayMs = 86_400_000;

/**
 * When an entry ends to promote, in milliseconds since 1970: never while it is approved, at the end of its day in UTC
 * when it is deprecated, and before all time as a draft (docs/wire.md W-32).
 */
export function promotesUntil({ status, deprecated_until }: RegistryEntry): number {
  if (status === 'draft') return -Infinity;
  if (status === 'approved' || deprecated_until === undefined) return Infinity;
  // A date without a time means that whole day.
  return Date.parse(deprecated_until) + dayMs;
}
