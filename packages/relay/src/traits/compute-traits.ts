import type { Json, JsonObject } from '@tracklayer/core';
import { mapPerson, type KnownPerson } from '@tracklayer/destinations';
import type { Configured } from '../deliver/configured.ts';
import { knownOf } from '../deliver/known-of.ts';
import { paidChannel } from './paid-channel.ts';
import type { TimeLimit } from './time-limit.ts';
import type { Person } from '../store/people.ts';

/** A person as a function of yours sees one. */
export interface TraitsPerson {
  user_id: string | null;
  anonymous_ids: readonly string[];
  /** As received: hashes, and what you send in clear. */
  traits: JsonObject;
  /** What was last seen of the person, by name: `gclid`, `fbclid`, `utm`, `ga`, `locale`, … */
  seen: Readonly<Record<string, Json>>;
  audiences: readonly string[];
}

/** Your own computed traits, by name. Pure, quick and synchronous. */
export type GivenTraits = Readonly<Record<string, (person: TraitsPerson) => unknown>>;

export interface Computed {
  traits: JsonObject;
  /** Names of your own traits that could not be computed, with why. */
  failed: Readonly<Record<string, string>>;
}

/** What computed traits are made of. */
export interface TraitRules {
  own: GivenTraits;
  destinations: readonly Configured[];
  /** Milliseconds since 1970. */
  now: () => number;
  /** What keeps a function from holding up everybody. Default: nothing. */
  bounds?: TraitBounds | undefined;
  /** Hears of own traits that could not be computed, with why. */
  onFailed?: ((failed: Readonly<Record<string, string>>) => void) | undefined;
}

/** What keeps a function that blocks from holding up everybody, once for each person. */
interface TraitBounds {
  within: TimeLimit;
  /** Functions that were interrupted, by name, with when they are called again. */
  resting: Map<string, number>;
}

/** A function that was interrupted is not called for so long. */
const restMs = 600_000;
const longestMs = 1_000;
const maxBytes = 1_000;

/** Computes the traits of a person: ours, and the customer's own. Never throws. */
export function computeTraits(
  person: Person,
  audiences: readonly string[],
  { own, destinations, now, bounds, onFailed }: TraitRules,
): Computed {
  const seen = Object.fromEntries(Object.entries(person.seen).map(([name, { value }]) => [name, value]));
  const { user_id, anonymous_ids, traits } = person;
  const given: TraitsPerson = { user_id, anonymous_ids, traits, seen, audiences };
  const known = knownOf(person);
  const computed: Record<string, Json> = {
    match_quality: matchQuality(given),
    paid_channel: paidChannel(person.seen),
    destination_eligibility: eligibility(known, destinations, now()),
  };
  const failed: Record<string, string> = {};
  runAll(
    own,
    (name, compute) => {
      const made = runOwn(compute, given);
      if ('problem' in made) failed[name] = made.problem;
      else if (made.value !== undefined) computed[name] = made.value;
    },
    (name, problem) => (failed[name] = problem),
    { now: now(), bounds },
  );
  onFailed?.(failed);
  return { traits: computed, failed };
}

/** Runs functions one after the other, within the bounds; one that is interrupted rests. */
function runAll(
  own: GivenTraits,
  run: (name: string, compute: GivenTraits[string]) => void,
  fail: (name: string, problem: string) => void,
  { now, bounds }: { now: number; bounds: TraitBounds | undefined },
): void {
  const { within = unlimited, resting = new Map<string, number>() } = bounds ?? {};
  const due = Object.entries(own).filter(([name]) => {
    const isDue = (resting.get(name) ?? 0) <= now;
    if (!isDue) fail(name, slow);
    return isDue;
  });
  for (let next = 0; next < due.length;) {
    const first = next;
    const isInTime = within(() => {
      for (; next < due.length; next += 1) {
        const one = due[next];
        if (one) run(...one);
      }
    });
    // One that ran after others has the time of its own once more.
    if (isInTime || next > first) continue;
    const name = due[next]?.[0] ?? '';
    fail(name, slow);
    resting.set(name, now + restMs);
    next += 1;
  }
}

const slow = 'took over a second; it is called again after ten minutes';
const unlimited = (work: () => void): boolean => {
  work();
  return true;
};

/**
 * How well platforms can match a person, 0 to 10: address 3, phone 2, click id 2, name with postal code and country 1,
 * a browser's id (`ga`, `fbp`) 1, our `user_id` 1.
 */
export function matchQuality({ user_id, traits, seen }: TraitsPerson): number {
  const has = (...names: readonly string[]): boolean => names.some((name) => Object.hasOwn(traits, name));
  const saw = (...names: readonly string[]): boolean => names.some((name) => Object.hasOwn(seen, name));
  const isPlaced =
    has('first_name', 'first_name_sha256') &&
    has('last_name', 'last_name_sha256') &&
    has('postal_code', 'postal_code_sha256') &&
    has('country');
  const points: readonly (readonly [boolean, number])[] = [
    [has('email', 'email_sha256', 'email_sha256_google'), 3],
    [has('phone', 'phone_sha256', 'phone_sha256_digits'), 2],
    [saw('gclid', 'gbraid', 'wbraid', 'fbclid', 'fbc', 'li_fat_id', 'ttclid'), 2],
    [isPlaced, 1],
    [saw('ga', 'fbp'), 1],
    [user_id !== null, 1],
  ];
  return points.reduce((sum, [holds, count]) => sum + (holds ? count : 0), 0);
}

/** For each destination `yes`, or the word of why not. */
function eligibility(known: KnownPerson, destinations: readonly Configured[], now: number): JsonObject {
  const words = destinations
    .filter(({ destination }) => destination.audience !== undefined)
    .map(({ name, destination, settings }) => {
      const mapped = mapPerson(destination.audience as never, known, settings, {}, now);
      return [name, 'refused' in mapped ? mapped.refused.reason : 'yes'] as const;
    });
  return Object.fromEntries(words);
}

function runOwn(
  compute: (person: TraitsPerson) => unknown,
  person: TraitsPerson,
): { value: Json | undefined } | { problem: string } {
  const begun = performance.now();
  try {
    const value = compute(structuredClone(person));
    if (value === undefined || value === null) return { value: undefined };
    if (typeof value === 'object' && 'then' in value) {
      void Promise.resolve(value).catch(() => {});
      return { problem: 'returned a promise; it must be synchronous' };
    }
    if (performance.now() - begun > longestMs) return { problem: 'took over a second' };
    const plain = Array.isArray(value) ? (value as readonly unknown[]).map(plainOf) : plainOf(value);
    if (plain === undefined || (Array.isArray(plain) && plain.includes(undefined)))
      return { problem: 'must return text, a finite number, yes or no, or a list of those' };
    return Buffer.byteLength(JSON.stringify(plain)) > maxBytes
      ? { problem: `returned over ${maxBytes} bytes` }
      : { value: plain as Json };
  } catch (error) {
    // Its message may quote the person.
    return { problem: `threw ${error instanceof Error ? error.name : typeof error}` };
  }
}

const plainOf = (value: unknown): string | number | boolean | undefined =>
  typeof value === 'string' ||
  typeof value === 'boolean' ||
  (typeof value === 'number' && Number.isFinite(value))
    ? value
    : undefined;
