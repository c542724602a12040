/** The page's storage; `undefined` where it is forbidden, as in a sandboxed frame or with cookies blocked. */
export function openStorage(): Storage | undefined {
  try {
    // Some embedded browsers have none, whatever the type says.
    const storage: Storage | null = window.localStorage;
    return storage ?? undefined;
  } catch {
    return undefined;
  }
}
