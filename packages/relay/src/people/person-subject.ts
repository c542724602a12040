import { digest, fingerprintOf } from '../keys.ts';

/** A person in the record of changes: who knows the id can find what was done; the record tells nobody's id. */
export const subjectOf = (user_id = ''): string => fingerprintOf(digest(user_id));
