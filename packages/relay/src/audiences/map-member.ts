import type { Condition } from '@tracklayer/core';
import { meets } from '@tracklayer/core/adapter';
import { mapPerson, refuse, type KnownPerson, type Mapped } from '@tracklayer/destinations';
import type { AudienceTarget } from './rules.ts';

/** Maps a member for one list of an audience: does `when` hold, may they be there, what are they known by. */
export const mapMember = (
  { mirror, configured, target }: AudienceTarget,
  when: Condition | readonly Condition[] | undefined,
  known: KnownPerson,
  now: number,
): Mapped<object> =>
  when === undefined || meets(known.traits ?? {}, when)
    ? mapPerson(mirror, known, configured.settings, target, now)
    : refuse('unmet');
