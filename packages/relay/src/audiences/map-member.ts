import type { Condition, JsonObject } from '@tracklayer/core';
import { meets } from '@tracklayer/core/adapter';
import { mapPerson, refuse, type KnownPerson, type Mapped } from '@tracklayer/destinations';
import type { AudienceTarget } from './rules.ts';

export type When = Condition | readonly Condition[] | undefined;

/** Whether a list holds companies: the accounts of its audience, and not the users that they stand for. */
export const isOfCompanies = ({ mirror, target }: AudienceTarget): boolean =>
  mirror.companies?.isList(target) === true;

/** Maps a user for one list of an audience: does `when` hold, may they be there, what are they known by. */
export function mapMember(to: AudienceTarget, when: When, known: KnownPerson, now: number): Mapped<object> {
  if (isOfCompanies(to)) return refuse('not_a_company');
  if (when !== undefined && !meets(known.traits ?? {}, when)) return refuse('unmet');
  return mapPerson(to.mirror, known, to.configured.settings, to.target, now);
}

/** Maps an account for one list of companies, by what was said of it. */
export function mapAccount({ mirror }: AudienceTarget, when: When, traits: JsonObject): Mapped<object> {
  if (when !== undefined && !meets(traits, when)) return refuse('unmet');
  return mirror.companies?.map(traits) ?? refuse('not_a_company');
}
