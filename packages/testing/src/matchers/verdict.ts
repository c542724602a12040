/** What a matcher found, in the shape that `expect.extend` of vitest, Jest and Playwright takes. */
export interface MatcherResult {
  pass: boolean;
  message: () => string;
}

/** How long a matcher waits. */
export interface MatchOptions {
  /**
   * Longest wait, in milliseconds. Default `4_000`. For the absence of events (`.not`, `…Once`, `…Only`), a wait ends
   * as soon as nothing more is on its way; given, `.not` waits for all of it.
   */
  timeoutMs?: number | undefined;
}

/** A value beside the one that was looked for: how it is called, and what it says. */
export interface Candidate {
  name: string;
  /** Why it does not count, if it does not. */
  refusal?: string | undefined;
  value: object;
}
