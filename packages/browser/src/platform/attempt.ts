/** What `work` returns; `undefined` where the page's storage, cookies or locks refuse it. */
export function attempt<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
