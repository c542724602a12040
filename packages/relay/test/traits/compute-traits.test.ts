import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { computeTraits, matchQuality } from '../../src/traits/compute-traits.ts';
import { createTimeLimit } from '../../src/traits/time-limit.ts';
import { settleTraits, type TraitChanges } from '../../src/traits/settle-traits.ts';
import type { Person } from '../../src/store/people.ts';
import { rowsOf } from './traits-page.ts';

const person: Person = { user_id: 'c1', anonymous_ids: [], traits: {}, seen: {}, is_over_linked: false };
const rules = { own: {}, destinations: [], now: () => 0 };

test('match_quality adds up to ten, and nothing known is nothing', () => {
  const nobody = { user_id: null, anonymous_ids: [], traits: {}, seen: {}, audiences: [] };
  expect(matchQuality(nobody)).toBe(0);
  const traits = {
    email_sha256: 'x',
    phone_sha256: 'x',
    first_name_sha256: 'x',
    last_name_sha256: 'x',
    postal_code_sha256: 'x',
    country: 'DE',
  };
  expect(matchQuality({ ...nobody, user_id: 'c1', traits, seen: { gclid: 'g', ga: {} } })).toBe(10);
});

test('P-10 match_quality gives the points of docs/traits.md for each thing that is known, and ten for all', () => {
  const nobody = { user_id: null, anonymous_ids: [], traits: {}, seen: {}, audiences: [] };
  const rows = rowsOf('Known');
  const givenAs = (names: readonly string[]) => {
    const known = Object.fromEntries(names.map((name) => [name, 'x']));
    return { ...nobody, traits: known, seen: known, user_id: known['user_id'] ?? null };
  };
  expect(rows.map(({ text, names, value }) => [text, names.length > 0, value])).toEqual(
    rows.map(({ text, names }) => {
      const isTogether = text.startsWith('all of ');
      const points = (isTogether ? [names] : names.map((name) => [name])).map((some) =>
        matchQuality(givenAs(some)),
      );
      return [text, true, [...new Set(points)].join()];
    }),
  );
  // Part of what must be known together is worth nothing.
  const parts = rows.filter(({ text }) => text.startsWith('all of ')).map(({ names }) => names.slice(1));
  expect(parts.map((names) => matchQuality(givenAs(names)))).toEqual([0]);
  expect(rows).toHaveLength(6);
  expect(matchQuality(givenAs(rows.flatMap(({ names }) => names)))).toBe(10);
});

test.each([
  ['throws', () => JSON.parse('{') as string, /threw SyntaxError/],
  ['returns a promise', () => Promise.resolve(1), /promise/],
  ['returns a function', () => () => 1, /must return text/],
  ['returns no number', () => Number('a'), /finite number/],
  ['returns an object', () => ({ a: 1 }), /must return text/],
  ['returns 10 KB', () => 'x'.repeat(10_240), /over 1000 bytes/],
  [
    'returns a ring',
    () => {
      const ring: { self?: object } = {};
      ring.self = ring;
      return ring;
    },
    /must return text/,
  ],
])('a trait function that %s costs its own trait and no other', (_, own, why) => {
  const { traits, failed } = computeTraits(person, [], { ...rules, own: { own, other: () => 7 } });
  expect(traits).toMatchObject({ other: 7, match_quality: 1 });
  expect(traits).not.toHaveProperty('own');
  expect(failed['own']).toMatch(why);
});

test('a trait function that never returns is interrupted, costs no other trait, and rests for ten minutes', () => {
  let now = 0;
  let calls = 0;
  const bounds = { within: createTimeLimit(20), resting: new Map<string, number>() };
  const own = {
    before: () => 1,
    endless: () => {
      calls += 1;
      for (;;) if (calls < 0) return 1;
    },
    after: () => 2,
  };
  const compute = () => computeTraits(person, [], { ...rules, own, now: () => now, bounds });
  for (let people = 0; people < 3; people++) {
    const { traits, failed } = compute();
    expect(traits).toMatchObject({ before: 1, after: 2 });
    expect(failed).toEqual({ endless: expect.stringContaining('took over a second') });
  }
  // Once after another function, and once alone with all its time.
  expect(calls).toBe(2);
  now = 600_000;
  compute();
  expect(calls).toBe(4);
});

test('a trait function cannot change the person', () => {
  const own = {
    greedy: (given: { traits: object }) => {
      Object.assign(given.traits, { plan: 'free' });
      return 1;
    },
  };
  computeTraits(person, [], { ...rules, own });
  expect(person.traits).toEqual({});
});

test('a trait that changes at every look follows ten times a day, and then stays until the next', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), (looks) => {
      let told: Record<string, number> | undefined = { calm: 1, wild: -1 };
      let changes: TraitChanges | undefined;
      let moves = 0;
      for (let look = 0; look < looks; look++) {
        const settled = settleTraits({ calm: 1, wild: look }, told, changes, 0);
        if (settled.traits['wild'] !== told['wild']) moves++;
        told = settled.traits as typeof told;
        changes = settled.changes;
      }
      expect(moves).toBe(Math.min(10, looks));
      const tomorrow = settleTraits({ calm: 1, wild: 999 }, told, changes, 86_400_000);
      expect(tomorrow).toMatchObject({ traits: { calm: 1, wild: 999 }, held: [] });
    }),
  );
});
