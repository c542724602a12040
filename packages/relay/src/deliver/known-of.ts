import type { KnownPerson } from '@tracklayer/destinations';
import { clickIds } from '../store/last-seen.ts';
import type { Person } from '../store/people.ts';

/** A stored person as destinations know one. */
export function knownOf(person: Person | undefined): KnownPerson {
  if (!person) return {};
  const { user_id, traits, seen } = person;
  const valueOf = (name: string): never => seen[name]?.value as never;
  return {
    ...(user_id !== null && { user_id }),
    traits,
    context: {
      click_ids: Object.fromEntries(
        clickIds.filter((name) => seen[name]).map((name) => [name, valueOf(name)]),
      ),
      ga: valueOf('ga'),
      heap: valueOf('heap'),
      ip: valueOf('ip'),
      user_agent: valueOf('user_agent'),
      locale: valueOf('locale'),
    },
    ...(seen['fbclid'] && { clicked_at: Date.parse(seen['fbclid'].at) }),
    consent: valueOf('consent'),
  };
}
