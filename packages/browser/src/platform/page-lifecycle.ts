/** What a client does as its page comes and goes. */
export interface PageEvents {
  /** Hidden or left: this may be the last moment. */
  leave(): void;
  /** Left: other tabs may take over, and the page may enter the bfcache. */
  letGo(): void;
  /** Visible, online or restored. `isRestored`: from the bfcache, where no event of other tabs reached it. */
  resume(how: { isRestored?: boolean; isOnline?: boolean }): void;
  /** Another tab changed a key of the storage. */
  changed(key: string | null): void;
}

/** Listens until the returned function is called. */
export function onPageEvents({ leave, letGo, resume, changed }: PageEvents): () => void {
  const listening = new AbortController();
  const { signal } = listening;
  const on = <Name extends keyof WindowEventMap>(
    name: Name,
    hear: (event: WindowEventMap[Name]) => void,
  ): void => addEventListener(name, hear, { signal });
  // Where it arrives last: what listeners of the page capture as they hear of it goes, too.
  on('visibilitychange' as 'pagehide', () => (document.visibilityState === 'hidden' ? leave() : resume({})));
  on('pagehide', () => {
    leave();
    letGo();
  });
  on('pageshow', ({ persisted }) => persisted && resume({ isRestored: true }));
  on('online', () => resume({ isOnline: true }));
  on('storage', ({ key }) => changed(key));
  return () => listening.abort();
}
