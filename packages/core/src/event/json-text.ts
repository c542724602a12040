/**
 * The JSON of a plain value, whatever a page hangs onto prototypes: an old Prototype.js on `Array.prototype` would turn
 * every list into text, and so lose each purchase with `items`.
 *
 * @param value - objects, lists and scalars without accessors, as the contract's walk copies them.
 */
export function jsonText(value: unknown): string {
  // `in` looks at Object.prototype too.
  return 'toJSON' in [] ? write(value) : JSON.stringify(value);
}

/** Scalars are the only values whose `toJSON` JSON.stringify does not ask for. */
function write(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => write(item ?? null)).join(',')}]`;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${write(field)}`).join(',')}}`;
}
