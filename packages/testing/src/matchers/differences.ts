/** One path where two values differ. */
export interface Difference {
  path: string;
  expected: unknown;
  got: unknown;
}

/**
 * Where `got` lacks or contradicts what `expected` names; what only `got` has is no difference. Lists are compared
 * whole, `expect.any(Number)` and its kin are asked.
 */
export function differences(expected: unknown, got: unknown, path = ''): Difference[] {
  if (isAsymmetric(expected)) return expected.asymmetricMatch(got) ? [] : [{ path, expected, got }];
  if (!isObject(expected) || !isObject(got) || Array.isArray(expected) !== Array.isArray(got)) {
    return Object.is(expected, got) ? [] : [{ path, expected, got }];
  }
  if (Array.isArray(expected) && Array.isArray(got) && expected.length !== got.length) {
    return [{ path: join(path, 'length'), expected: expected.length, got: got.length }];
  }
  return Object.entries(expected).flatMap(([name, value]) => differences(value, got[name], join(path, name)));
}

/** A difference as a line: `properties.value: expected 129.95, got 12995`. */
export const tellDifference = ({ path, expected, got }: Difference): string =>
  `  ${path}: expected ${show(expected)}, got ${show(got)}`;

const join = (path: string, name: string): string => (path ? `${path}.${name}` : name);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** `expect.any(Number)` and its kin, of vitest and jest. */
interface Asymmetric {
  asymmetricMatch(other: unknown): boolean;
  toString(): string;
}

const isAsymmetric = (value: unknown): value is Asymmetric =>
  isObject(value) && typeof value['asymmetricMatch'] === 'function';

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (isAsymmetric(value)) return `what ${value.toString()} takes`;
  const text = JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
