import { setImmediate } from 'node:timers/promises';
import type { JsonObject } from '@tracklayer/core';
import { mapPerson, type AnyMirror, type Mapped } from '@tracklayer/destinations';
import { isOfCompanies, mapAccount, mapMember, type When } from '../audiences/map-member.ts';
import type { ListCare } from '../lists/list-care.ts';
import type { AudienceRules, AudienceTarget } from '../audiences/rules.ts';
import type { Configured } from '../deliver/configured.ts';
import { knownOf } from '../deliver/known-of.ts';
import { dayMs } from '../store/days.ts';
import { deletionList, traitsList, type LeasedMirror } from '../store/mirrors.ts';
import type { Person } from '../store/people.ts';
import { idOfKey, isAccountKey } from '../store/person-key.ts';
import type { Store } from '../store/store.ts';
import { computeTraits, type TraitRules } from '../traits/compute-traits.ts';
import { settleTraits } from '../traits/settle-traits.ts';
import { noteOf, type MirrorNote, type Wish } from './decide.ts';

/** A row, with how its list should hold the person now. */
export interface Look {
  row: LeasedMirror;
  mirror: AnyMirror;
  wish: Wish | undefined;
  /** What is noted besides once the platform holds it. */
  noted?: Pick<MirrorNote, 'traits' | 'changes'> | undefined;
  /** Said with the row although it is done. */
  reason?: string | undefined;
  /** Why nothing can be sent yet. */
  waits?: string | undefined;
  /** The platform forgets the person by itself: nothing is sent. */
  isGone?: boolean | undefined;
  /** When the row is looked at again by itself, in milliseconds since 1970. */
  again_at?: number | undefined;
}

/** What a look takes. */
export interface LookContext {
  store: Store;
  configured: Configured;
  audiences: AudienceRules;
  traits: TraitRules;
  /** The target with the id of its list; nothing while the list is not made yet. */
  targetOf: ListCare['targetOf'];
  /** Destinations of an environment that hold computed traits. */
  traitsAt(environment: string): readonly string[];
  /** Milliseconds since 1970. */
  now: () => number;
}

const notMade = 'not_made: the list is not made yet; `tracklayer audiences` says why if it takes long';

/** So long persons are mapped in one turn of the event loop: a customer's trait may be slow. */
const turnMs = 10;

/** Reads members as they are now, and says how each row's list should hold them. Rows that the destination has no lists for have no look. */
export async function readLooks(rows: readonly LeasedMirror[], context: LookContext): Promise<Look[]> {
  const { configured } = context;
  const { audience, properties, deletion } = configured.destination;
  const members = await readMembers(rows, context);
  const looks: Look[] = [];
  let begun = performance.now();
  for (const row of rows) {
    if (performance.now() - begun > turnMs) {
      await setImmediate();
      begun = performance.now();
    }
    const isTraits = row.list === traitsList;
    const mirror = row.list === deletionList ? deletion : isTraits ? properties : audience;
    if (!mirror) continue;
    const member = members.get(row.person);
    const look = isTraits
      ? lookOfTraits(row, member, mirror, context)
      : await lookOfList(row, member, mirror, context);
    looks.push(look);
  }
  return looks;
}

/** Who a row is of. */
interface Member {
  /** Audiences that they are in now: by themselves or by an account. */
  names: readonly string[];
  person?: Person | undefined;
  /** What was said of an account. */
  account?: JsonObject | undefined;
}

async function readMembers(
  rows: readonly LeasedMirror[],
  { store }: LookContext,
): Promise<ReadonlyMap<string, Member>> {
  const environment = rows[0]?.environment ?? '';
  const keys = [...new Set(rows.map(({ person }) => person))];
  const isUser = (key: string): boolean => !isAccountKey(key);
  const [userKeys, accountKeys] = [keys.filter(isUser), keys.filter(isAccountKey)];
  const [people, accounts, namesOf] = await Promise.all([
    store.people(
      environment,
      userKeys.map((key) => ({ user_id: idOfKey(key) })),
    ),
    accountKeys.length === 0 ? [] : store.accounts(environment, accountKeys.map(idOfKey)),
    store.audiencesOf(environment, keys),
  ]);
  const namesAt = (key: string): readonly string[] => namesOf.get(key) ?? [];
  return new Map<string, Member>([
    ...userKeys.map((key, place) => [key, { names: namesAt(key), person: people[place] }] as const),
    ...accountKeys.map((key, place) => [key, { names: namesAt(key), account: accounts[place] }] as const),
  ]);
}

/** What is true now counts, and not why the row came to be looked at. */
async function lookOfList(
  row: LeasedMirror,
  member: Member | undefined,
  mirror: AnyMirror,
  { configured, audiences, targetOf, now }: LookContext,
): Promise<Look> {
  const rule = audiences.get(row.list);
  const to = rule?.to.get(configured.name);
  const isIn = row.wanted !== 'erased' && member?.names.includes(row.list) === true;
  const mapped = rule && to && isIn ? mapTo(to, rule.when, member, now()) : undefined;
  if (!to || !mapped) return { row, mirror, wish: undefined };
  const target = await targetOf(row.environment, row.list, to);
  return target
    ? { row, mirror, wish: { target, mapped } }
    : { row, mirror, wish: undefined, waits: notMade };
}

/** Nothing for an account on a list of people: its users are there. */
function mapTo(
  to: AudienceTarget,
  when: When,
  { person, account }: Member,
  now: number,
): Mapped<object> | undefined {
  if (account) return isOfCompanies(to) ? mapAccount(to, when, account) : undefined;
  return person && mapMember(to, when, knownOf(person), now);
}

function lookOfTraits(
  row: LeasedMirror,
  member: Member | undefined,
  mirror: AnyMirror,
  { configured, traits: rules, traitsAt, now }: LookContext,
): Look {
  const person = row.wanted === 'in' && traitsAt(row.environment).includes(row.destination) && member?.person;
  if (!person) {
    const { deletion } = configured.destination;
    // Who is deleted has no properties any more; emptying them could make the user anew.
    const isGone = row.wanted === 'erased' && deletion?.token?.isConfigured(configured.settings) === true;
    return { row, mirror, wish: undefined, isGone };
  }
  const computed = computeTraits(person, member.names, rules);
  const note = noteOf(row);
  const { traits, changes, held } = settleTraits(computed.traits, note.traits, note.changes, now());
  const known = { ...knownOf(person), traits };
  const mapped = mapPerson(mirror, known, configured.settings, {}, now());
  const failed = Object.entries(computed.failed).map(([name, why]) => `${name} ${why}`);
  const reasons = [
    ...(held.length > 0 ? [`held: ${held.join(', ')} changed ten times today and stays until tomorrow`] : []),
    ...(failed.length > 0 ? [`trait_failed: ${failed.join('; ')}`] : []),
  ];
  const tomorrow = (Math.floor(now() / dayMs) + 1) * dayMs;
  return {
    row,
    mirror,
    wish: { target: {}, mapped },
    noted: { traits, changes },
    ...(reasons.length > 0 && { reason: reasons.join('; ') }),
    ...(held.length > 0 && { again_at: tomorrow }),
  };
}
