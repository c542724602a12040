import type { Sandbox } from '@tracklayer/destinations/sandbox';
import { madeFor, type World } from './audience-world.ts';

/** The lists that are named; one more is made. */
export const lists = { meta: '900', linkedin: 'seg1', google: '77', hubspot: '21', firms: 'seg2' } as const;

/** What a list holds, against what it should. */
export interface Difference {
  name: string;
  should: number;
  are: number;
  /** Missing, or there by mistake. */
  wrong: number;
  /** Some of these: what is missing after a minus, what is too much after a plus. */
  examples: readonly string[];
}

const hashIn = (entry: unknown): string => /[0-9a-f]{64}/.exec(JSON.stringify(entry))?.[0] ?? 'no hash';

/** Compares all that the platforms hold with the world as it is now. */
export function differencesAt(sandbox: Sandbox, world: World): Difference[] {
  const { people, erased, agrees, firms, isVip, hashOf } = world;
  const everybody = Array.from({ length: people }, (_, n) => n);
  const vips = everybody.filter(isVip);
  const agreeing = vips.filter((n) => agrees.has(n));
  const entriesOf = (type: 'meta' | 'linkedin' | 'google', list: string): unknown[] => [
    ...sandbox.members(type, list).values(),
  ];
  const atMeta = (list: string): string[] =>
    [...sandbox.members('meta', list)].map(([key, entry]) => `${key} ${hashIn(entry)}`);
  const withHash = (n: number): string => `cust_${n} ${hashOf(n)}`;
  const made = [...sandbox.members('meta', 'lists').keys()];
  const alive = everybody.filter((n) => !erased.has(n));
  const traitsOf = (n: number): string =>
    JSON.stringify([`cust_${n}`, 4, 'none', agrees.has(n) ? 'yes' : 'consent_denied', isVip(n)]);
  const held = [...sandbox.members('heap', 'users')].map(([id, properties]) => {
    const has = properties as Record<string, unknown>;
    const names = ['match_quality', 'paid_channel', 'destination_eligibility_meta', 'is_vip'];
    return JSON.stringify([id, ...names.map((name) => has[`tracklayer_${name}`])]);
  });
  return [
    compare('Meta', agreeing.map(withHash), atMeta(lists.meta)),
    compare('LinkedIn', agreeing.map(hashOf), entriesOf('linkedin', lists.linkedin).map(hashIn)),
    compare('Google', agreeing.map(hashOf), entriesOf('google', lists.google).map(hashIn)),
    compare(
      'HubSpot',
      vips.map((n) => `${1_001 + n}`),
      [...sandbox.members('hubspot', lists.hubspot).keys()],
    ),
    compare(
      'LinkedIn, companies',
      [...firms].map((k) => `Firm ${k}`),
      entriesOf('linkedin', lists.firms).map((entry) => /Firm \d+/.exec(JSON.stringify(entry))?.[0] ?? ''),
    ),
    // Made once, although answers were lost and relays were killed: a second list would hold some of them.
    compare(
      'Meta, made',
      everybody.slice(0, madeFor).flatMap((n) => (agrees.has(n) && !erased.has(n) ? [withHash(n)] : [])),
      made.flatMap((list) => (made.length === 1 ? atMeta(list) : [`list ${list}`])),
    ),
    compare('Heap, users', alive.map(traitsOf), held),
    compare(
      'Heap, deleted',
      [...erased].map((n) => `cust_${n}`),
      [...sandbox.members('heap', 'deleted').keys()],
    ),
  ];
}

function compare(name: string, should: readonly string[], are: readonly string[]): Difference {
  const [wanted, held] = [new Set(should), new Set(are)];
  const missing = [...wanted].filter((one) => !held.has(one));
  const extra = [...held].filter((one) => !wanted.has(one));
  // Twice in a list is wrong, too.
  const wrong = missing.length + extra.length + (are.length - held.size);
  const examples = [...missing.map((one) => `-${one}`), ...extra.map((one) => `+${one}`)].slice(0, 5);
  return { name, should: wanted.size, are: are.length, wrong, examples };
}
