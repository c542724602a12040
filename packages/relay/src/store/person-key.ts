import type { Identity } from './people.ts';

/** Names a person in every table: `u:` + user id, else `a:` + anonymous id; nothing when there is neither. */
export const personOf = ({ user_id, anonymous_id }: Identity): string | null =>
  user_id !== undefined ? userKey(user_id) : anonymous_id !== undefined ? anonymousKey(anonymous_id) : null;

export const userKey = (user_id: string): string => `u:${user_id}`;
/** Names an account among members of audiences and on lists; an account is not a person. */
export const accountKey = (account_id: string): string => `acc:${account_id}`;
export const isAccountKey = (key: string): boolean => key.startsWith('acc:');
/** The id that a key was made of. */
export const idOfKey = (key: string): string => key.slice(key.indexOf(':') + 1);
export const anonymousKey = (anonymous_id: string): string => `a:${anonymous_id}`;
