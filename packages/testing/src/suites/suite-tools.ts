/** The part of a test runner that the suites use: vitest's, jest's, or your own. */
export interface SuiteTools {
  test(name: string, run: () => Promise<void>): unknown;
  expect(actual: unknown): {
    toBe(expected: unknown): void;
    toEqual(expected: unknown): void;
    toMatchObject(expected: object): void;
  };
}
