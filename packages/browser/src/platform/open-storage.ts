import { attempt } from '@tracklayer/core/adapter';

/** The page's storage; `undefined` where it is forbidden, as in a sandboxed frame or with cookies blocked. */
export const openStorage = (): Storage | undefined =>
  // Some embedded browsers have none, whatever the type says.
  attempt(() => window.localStorage as Storage | null) ?? undefined;
