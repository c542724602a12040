import { setImmediate } from 'node:timers/promises';
import { mapPerson, type AnyMirror } from '@tracklayer/destinations';
import { mapMember } from '../audiences/map-member.ts';
import type { ListCare } from '../lists/list-care.ts';
import type { AudienceRules } from '../audiences/rules.ts';
import type { Configured } from '../deliver/configured.ts';
import { knownOf } from '../deliver/known-of.ts';
import { dayMs } from '../store/days.ts';
import { deletionList, traitsList, type LeasedMirror } from '../store/mirrors.ts';
import type { Person } from '../store/people.ts';
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

/** Reads persons as they are now, and says how each row's list should hold them. Rows that the destination has no lists for have no look. */
export async function readLooks(rows: readonly LeasedMirror[], context: LookContext): Promise<Look[]> {
  const { store, configured, audiences, traitsAt, targetOf } = context;
  const environment = rows[0]?.environment ?? '';
  const ids = rows.map(({ person }) => person.slice('u:'.length));
  const [people, namesOf] = await Promise.all([
    store.people(
      environment,
      ids.map((user_id) => ({ user_id })),
    ),
    store.audiencesOf(environment, ids),
  ]);
  const { audience, properties, deletion } = configured.destination;
  const isDeleting = deletion?.token?.isConfigured(configured.settings) === true;
  const isTelling = traitsAt(environment).includes(configured.name);
  const looks: Look[] = [];
  let begun = performance.now();
  for (const [place, row] of rows.entries()) {
    if (performance.now() - begun > turnMs) {
      await setImmediate();
      begun = performance.now();
    }
    const isTraits = row.list === traitsList;
    const mirror = row.list === deletionList ? deletion : isTraits ? properties : audience;
    if (!mirror) continue;
    const rule = audiences.get(row.list)?.to.get(row.destination);
    const names = namesOf.get(ids[place] ?? '') ?? [];
    // By themselves or by an account: what is true now counts, and not why the row came to be looked at.
    const isIn = isTraits
      ? row.wanted === 'in' && isTelling
      : row.wanted !== 'erased' && names.includes(row.list);
    const person = isIn ? people[place] : undefined;
    if (person && isTraits) looks.push(lookOfTraits(row, person, names, mirror, context));
    else if (person && rule) {
      const target = await targetOf(row.environment, row.list, rule);
      const mapped = mapMember(rule, audiences.get(row.list)?.when, knownOf(person), context.now());
      looks.push(
        target ? { row, mirror, wish: { target, mapped } } : { row, mirror, wish: undefined, waits: notMade },
      );
    } else {
      // Who is deleted has no properties any more; emptying them could make the user anew.
      const isGone = isTraits && row.wanted === 'erased' && isDeleting;
      looks.push({ row, mirror, wish: undefined, isGone });
    }
  }
  return looks;
}

function lookOfTraits(
  row: LeasedMirror,
  person: Person,
  names: readonly string[],
  mirror: AnyMirror,
  { configured, traits: rules, now }: LookContext,
): Look {
  const computed = computeTraits(person, names, rules);
  const note = noteOf(row);
  const { traits, changes, held } = settleTraits(computed.traits, note.traits, note.changes, now());
  const known = { ...knownOf(person), traits };
  const mapped = mapPerson(mirror, known, configured.settings, {}, now());
  const failed = Object.entries(computed.failed).map(([name, why]) => `${name} ${why}`);
  const tomorrow = (Math.floor(now() / dayMs) + 1) * dayMs;
  return {
    row,
    mirror,
    wish: { target: {}, mapped },
    noted: { traits, changes },
    ...(held.length > 0
      ? {
          reason: `held: ${held.join(', ')} changed ten times today and stays until tomorrow`,
          again_at: tomorrow,
        }
      : failed.length > 0 && { reason: `trait_failed: ${failed.join('; ')}` }),
  };
}
