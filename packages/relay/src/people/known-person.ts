import type { Person } from '../store/people.ts';

/** Whether anything came of a person. */
export const knownPerson = (person: Person | undefined): person is Person =>
  person !== undefined &&
  [person.anonymous_ids, Object.keys(person.traits), Object.keys(person.seen)].some(
    ({ length }) => length > 0,
  );
