import { kindOf } from './problem.ts';

const iso = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:\d\d)?)?$/;
const earliest = Date.UTC(2015);
const dayMs = 86_400_000;

/**
 * Reads the time of something that happened, wherever one comes in: a capture, a webhook, an import, a flag.
 *
 * @param given - a `Date`, milliseconds since 1970, or ISO-8601 with its zone.
 * @param now - the reader's clock, in milliseconds since 1970; `undefined` where it is not to be held against it.
 * @returns milliseconds since 1970, or why it is refused, for after the field's name: it is no real date, could mean two
 *   things, or is before 2015 or over a day ahead, with what was probably meant.
 * @example
 * readInstant(1_764_151_200, Date.now()); // { fault: 'is before 2015; are these seconds? Pass milliseconds' }
 */
export function readInstant(
  given: unknown,
  now?: number,
): { at: number; fault?: undefined } | { at?: undefined; fault: string } {
  const read =
    typeof given === 'string' ? readText(given.trim()) : given instanceof Date ? given.getTime() : given;
  if (typeof read === 'string') return { fault: read };
  if (typeof read !== 'number') {
    return { fault: `must be a Date, milliseconds since 1970 or ISO-8601, got ${kindOf(given)}` };
  }
  if (Number.isNaN(read)) return { fault: 'is not a valid Date' };
  // A clock that stands before 2015 knows nothing of the future.
  if (now === undefined || now < earliest || isPlausible(read, now)) return { at: read };
  const meant = [
    [1_000, 'seconds'],
    [1 / 1_000, 'microseconds'],
    [1 / 1_000_000, 'nanoseconds'],
  ].find(([factor]) => typeof given === 'number' && isPlausible(given * (factor as number), now));
  const when = read < earliest ? 'is before 2015' : 'is over a day ahead';
  return {
    fault: meant ? `${when}; are these ${meant[1]}? Pass milliseconds` : `${when}; is a clock wrong?`,
  };
}

const isPlausible = (at: number, now: number): boolean => at >= earliest && at <= now + dayMs;

/** Milliseconds since 1970; or why not. */
function readText(text: string): number | string {
  if (/^\d+(\.\d+)?$/.test(text)) return 'is text of digits; pass a number of milliseconds, or ISO-8601';
  const [, date, time, zone] = iso.exec(text) ?? [];
  if (!date) return 'must be ISO-8601, such as 2026-11-23T10:15:30.123Z';
  const midnight = Date.parse(`${date}T00:00Z`);
  const at = Date.parse(`${date}T${time ?? '00:00'}${zone ?? 'Z'}`);
  // Some engines take the 30th of February for a day in March, and 24:00 for the next day.
  const isReal = !Number.isNaN(at) && new Date(midnight).toISOString().startsWith(date);
  if (!isReal || time?.startsWith('24')) return 'is not a date that exists';
  if (!time) return 'has no time of day; add it, as in 2026-11-23T10:15:30Z';
  return zone ? at : 'has no time zone; add Z, or one like +01:00';
}
