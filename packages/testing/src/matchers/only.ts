import type { RelayRecord } from '../test-relay/recording.ts';
import type { Testimony } from '../witness/testimony.ts';
import { expectedFields, findCaptured, nameOf, tellMissing, type ExpectedEvent } from './captured.ts';
import type { MatcherResult } from './verdict.ts';

/** Whether these events were counted, in any order, and no other: each takes one of those that came. */
export function judgeOnly(
  relay: RelayRecord,
  events: readonly ExpectedEvent[],
  testimony: Testimony,
): MatcherResult {
  const expected = events.map((event) => expectedFields(event));
  const takenBy = pair(
    expected.map((fields) => findCaptured(relay, fields).map((event) => relay.events.indexOf(event))),
  );
  const taken = new Set(takenBy);
  const extra = relay.events.filter((_, place) => !taken.has(place));
  const missing = expected.find((_, place) => takenBy[place] === undefined);
  return {
    pass: extra.length === 0 && !missing,
    message() {
      const names = expected.map(({ event }) => event).join(', ') || 'nothing';
      if (!missing && extra.length === 0)
        return `expected something other than ${names} to have been captured`;
      const lines = extra.map((event) => `  also captured: ${nameOf(event)}`);
      const start = `expected only ${names} to have been captured`;
      if (!missing) return [`${start}:`, ...lines].join('\n');
      return [tellMissing(`${start}; ${missing.event} is missing`, relay, missing, testimony), ...lines].join(
        '\n',
      );
    },
  };
}

/**
 * Gives each one of its choices, none to two of them, as many as can be (Kuhn's augmenting paths): `['purchase',
 * { event: 'purchase', user_id }]` finds both, whichever came first.
 *
 * @returns the choice of each; `undefined` where none is left.
 */
function pair(choices: readonly (readonly number[])[]): (number | undefined)[] {
  const ownerOf = new Map<number, number>();
  function place(one: number, tried: Set<number>): boolean {
    return (choices[one] ?? []).some((choice) => {
      if (tried.has(choice)) return false;
      tried.add(choice);
      const owner = ownerOf.get(choice);
      if (owner !== undefined && !place(owner, tried)) return false;
      ownerOf.set(choice, one);
      return true;
    });
  }
  choices.forEach((_, one) => place(one, new Set()));
  const found = new Map([...ownerOf].map(([choice, owner]) => [owner, choice]));
  return choices.map((_, one) => found.get(one));
}
