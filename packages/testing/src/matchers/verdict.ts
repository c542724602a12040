/** What a matcher found, in the shape that `expect.extend` of vitest and jest takes. */
export interface MatcherResult {
  pass: boolean;
  message: () => string;
}

/** What a matcher looks for, and for how long. */
export interface MatchOptions {
  /** Longest wait for it to arrive, in milliseconds. Default `1_000`; with `.not` there is no wait unless given. */
  timeoutMs?: number | undefined;
}

/** A value beside the one that was looked for: how it is called, and what it says. */
export interface Candidate {
  name: string;
  /** Why it does not count, if it does not. */
  refusal?: string | undefined;
  value: object;
}
