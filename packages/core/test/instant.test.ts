import { readInstant } from '@tracklayer/core/adapter';
import { expect, test } from 'vitest';
import { clientWith } from './client-with.ts';

const now = Date.parse('2026-11-23T10:15:30.123Z');

test.each<[unknown, string]>([
  [new Date(now), '2026-11-23T10:15:30.123Z'],
  [now, '2026-11-23T10:15:30.123Z'],
  ['2026-11-23T10:15:30.123Z', '2026-11-23T10:15:30.123Z'],
  ['2026-11-23T11:15:30.123456+01:00', '2026-11-23T10:15:30.123Z'],
  [' 2026-11-23 10:15Z ', '2026-11-23T10:15:00.000Z'],
  ['2024-02-29T00:00:00-08:00', '2024-02-29T08:00:00.000Z'],
])('W-2 %s is a time', (given, iso) => {
  expect(new Date(readInstant(given, now).at ?? 0).toISOString()).toBe(iso);
});

test.each<[unknown, string]>([
  [1_764_151_200, 'is before 2015; are these seconds? Pass milliseconds'],
  [now * 1_000, 'is over a day ahead; are these microseconds? Pass milliseconds'],
  [now * 1_000_000, 'is over a day ahead; are these nanoseconds? Pass milliseconds'],
  [0, 'is before 2015; is a clock wrong?'],
  [now + 2 * 86_400_000, 'is over a day ahead; is a clock wrong?'],
  ['1764151200', 'is text of digits; pass a number of milliseconds, or ISO-8601'],
  ['2026-02-30T10:00:00Z', 'is not a date that exists'],
  ['2026-11-23T24:00:00Z', 'is not a date that exists'],
  ['2026-13-01T10:00:00Z', 'is not a date that exists'],
  ['2026-11-23T10:15:30', 'has no time zone; add Z, or one like +01:00'],
  ['2026-11-23', 'has no time of day; add it, as in 2026-11-23T10:15:30Z'],
  ['11/23/2026', 'must be ISO-8601, such as 2026-11-23T10:15:30.123Z'],
  ['yesterday', 'must be ISO-8601, such as 2026-11-23T10:15:30.123Z'],
  [new Date(Number.NaN), 'is not a valid Date'],
  [Infinity, 'is over a day ahead; is a clock wrong?'],
  [true, 'must be a Date, milliseconds since 1970 or ISO-8601, got true'],
  [null, 'must be a Date, milliseconds since 1970 or ISO-8601, got null'],
])('%s is refused, with what was probably meant', (given, fault) => {
  expect(readInstant(given, now)).toEqual({ fault });
});

test('a clock that stands before 2015 is not trusted', () => {
  expect(readInstant(now, 5_000)).toEqual({ at: now });
});

test.each(['capture', 'identify'] as const)(
  'an implausible occurred_at refuses the %s, and says why',
  (kind) => {
    const { client, drops } = clientWith();
    const occurred_at = 1_764_151_200;
    if (kind === 'capture') client.capture({ event: 'login', user_id: 'u_1', occurred_at });
    else client.identify({ user_id: 'u_1', occurred_at });
    expect(drops).toMatchObject([
      { problems: [{ path: 'occurred_at', message: expect.stringContaining('seconds') as string }] },
    ]);
  },
);
