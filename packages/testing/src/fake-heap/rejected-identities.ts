const asWritten = new Set([
  'undefined',
  'anonymous',
  'true',
  'false',
  'not_authenticated',
  'NaN',
  'NA',
  'Na',
  'unique_identifier',
  '0',
  '',
  '""',
  '[object Object]',
  '{{ customer.email }}',
  '{{ email }}',
  'hashed_user_id',
]);
const inAnyCase = new Set(['email', 'none', 'unknown', 'guest', 'null']);

/** Identities that Heap drops without a word. */
export function isRejectedIdentity(id: unknown): boolean {
  const text = String(id);
  return asWritten.has(text) || inAnyCase.has(text.toLowerCase());
}
