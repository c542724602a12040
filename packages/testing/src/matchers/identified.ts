import type { Json, JsonObject, WireIdentify } from '@tracklayer/core';
import type { RelayRecord } from '../test-relay/recording.ts';
import type { Testimony } from '../witness/testimony.ts';
import { tellRequests } from './captured.ts';
import { differences } from './differences.ts';
import { tellNearest } from './nearest.ts';
import { tellSilence } from './silence.ts';
import type { MatcherResult } from './verdict.ts';

/** Whether this person was identified and, over all their identifies, has these traits (docs/wire.md W-17). */
export function judgeIdentified(
  relay: RelayRecord,
  user_id: string,
  traits: object | undefined,
  testimony: Testimony,
): MatcherResult {
  const expected = { user_id, ...(traits && { traits }) };
  const people = peopleOf(relay.identifies);
  const pass = people.some((person) => differences(expected, person).length === 0);
  return {
    pass,
    message() {
      if (pass) return `expected ${user_id} not to have been identified${traits ? ' with these traits' : ''}`;
      const candidates = people.map((value) => ({ name: value.user_id, value }));
      const nearest = tellNearest(candidates, expected, 'user_id') || tellRequests(relay);
      return [
        `expected ${user_id} to have been identified; ${nearest}`,
        ...tellSilence('identify', relay, testimony),
      ].join('\n');
    },
  };
}

interface Person {
  user_id: string;
  traits: JsonObject;
}

function peopleOf(identifies: readonly WireIdentify[]): Person[] {
  const people = new Map<string, Person>();
  const inTime = identifies.toSorted((a, b) => timeOf(a) - timeOf(b));
  for (const { user_id, traits } of inTime) {
    if (user_id === undefined) continue;
    const before = people.get(user_id)?.traits;
    const kept = Object.entries<Json | undefined>({ ...before, ...traits }).filter(
      ([, value]) => value !== null,
    );
    people.set(user_id, { user_id, traits: Object.fromEntries(kept) });
  }
  return [...people.values()];
}

const timeOf = ({ occurred_at }: WireIdentify): number => (occurred_at && Date.parse(occurred_at)) || 0;
