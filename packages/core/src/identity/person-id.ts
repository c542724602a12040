import { isIdText, isTooLong } from '../event/id-text.ts';
import { kindOf, problemAt, type Problem } from '../event/problem.ts';

// Values that code sends when it knows nobody (docs/wire.md W-19; those that Heap refuses, too).
const nobody = new Set(
  (
    'anonymous,guest,null,undefined,none,unknown,email,0,true,false,nan,na,' +
    'not_authenticated,unique_identifier,hashed_user_id,""'
  ).split(','),
);
const hasDigit = /^[\w-]*\d[\w-]*$/;

/**
 * Why a value is not an id of a person (docs/wire.md W-3, W-19): two people that share one would become one.
 *
 * @param path - what the value is called in the answer, as in `user_id`.
 * @returns `undefined` for a usable id.
 */
export function problemOfPersonId(value: unknown, path = 'user_id'): Problem | undefined {
  if (typeof value !== 'string') return problemAt(path, `must be text, got ${kindOf(value)}`);
  // Most ids hold a digit, which none of the words above does but "0".
  if (value.length > 1 && value.length < 256 && hasDigit.test(value)) return undefined;
  const text = value.trim().toLowerCase();
  if (!text || nobody.has(text) || /^(\{\{.*\}\}|\[object .*\])$/.test(text)) {
    return problemAt(path, 'does not name a person; leave it out (docs/wire.md W-19)');
  }
  if (isTooLong(value)) return problemAt(path, 'is over 255 bytes (docs/wire.md W-3)', 'too_large');
  if (!isIdText(value)) {
    return problemAt(path, 'contains control characters or half a character (docs/wire.md W-3)');
  }
  if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)) {
    return problemAt(path, 'is an e-mail address; pass your own id, and the address as a trait', 'personal');
  }
  return undefined;
}
