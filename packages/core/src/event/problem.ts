/** What kind of thing is wrong, to branch on; the message says the same to a person. */
export type ProblemCode =
  /** It is not there. */
  | 'missing'
  /** Its type or form is wrong. */
  | 'invalid'
  /** The event is not in the vocabulary. */
  | 'unknown_event'
  /** A field or property that nobody knows, probably mistyped. */
  | 'unknown_field'
  /** Over a limit of docs/wire.md §7 in bytes, characters or keys. */
  | 'too_large'
  /** Nested deeper than 8 levels, or inside itself. */
  | 'too_deep'
  /** A personal value where none may be (docs/wire.md W-18, W-19). */
  | 'personal'
  /** The first-party endpoint does not let a page send it. */
  | 'not_allowed';

/** What is wrong with one field of an input. Never holds the field's value. */
export interface Problem {
  /** Where, as in `properties.items.0.price`; `''` for the input as a whole. */
  path: string;
  /** For a person to read; goes on where the path ends: `must be a number, got text`. */
  message: string;
  code: ProblemCode;
}

export const problemAt = (path: string, message: string, code: ProblemCode = 'invalid'): Problem => ({
  path,
  message,
  code,
});

/** A problem as a sentence: `properties.value is missing`. */
export const inWords = ({ path, message }: Pick<Problem, 'path' | 'message'>): string =>
  `${path || 'the event'} ${message}`;

/** `properties.*`: a key is the caller's text and may be personal, so only what looks like a field name is shown. */
export const pathOf = (path: string, key: string | number): string =>
  `${path}.${typeof key === 'number' || /^\w{1,64}$/.test(key) ? key : '*'}`;

/** A value by its type, without saying it: `text`, `a number`, `a list`. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? 'a number' : String(value);
  if (typeof value === 'string') return value.trim() ? 'text' : 'empty text';
  if (typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return 'a list';
  return value instanceof Date ? 'a Date' : `${/^[aeo]/.test(typeof value) ? 'an' : 'a'} ${typeof value}`;
}
