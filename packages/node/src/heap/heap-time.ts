import { readInstant } from '@tracklayer/core/adapter';

const firstMillisecond = 1e11;
const firstMicrosecond = 1e14;

/**
 * Reads a time as Heap writes it: ISO-8601, in UTC where no zone is named, or a count of seconds, milliseconds or
 * microseconds since 1970. What it means is then held against the rule for all times.
 *
 * @param now - our clock, in milliseconds since 1970; nothing where it is not to be held against it.
 * @returns milliseconds since 1970, or why it is refused.
 */
export function readHeapTime(given: unknown, now?: number): ReturnType<typeof readInstant> {
  if (typeof given === 'number' || (typeof given === 'string' && /^\d+(\.\d+)?$/.test(given))) {
    return readInstant(inMilliseconds(Number(given)), now);
  }
  return readInstant(typeof given === 'string' ? inUtc(given.trim()) : given, now);
}

function inMilliseconds(count: number): number {
  if (count < firstMillisecond) return Math.round(count * 1_000);
  return Math.round(count < firstMicrosecond ? count : count / 1_000);
}

/** As everything in Heap's exports; a day alone begins at midnight. */
function inUtc(text: string): string {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return `${text}T00:00:00Z`;
  return /(Z|[+-]\d\d(:?\d\d)?)$/i.test(text.slice(10)) ? text : `${text}Z`;
}
