import type { EventContext } from '@tracklayer/core';

/** The page's context with what the app adds; an app that throws takes nothing away from the event. */
export function withContext(
  ofPage: () => EventContext,
  ofApp: (() => EventContext | undefined) | undefined,
  onThrow: (cause: unknown) => void,
): () => EventContext {
  if (!ofApp) return ofPage;
  return () => {
    try {
      return { ...ofPage(), ...ofApp() };
    } catch (cause) {
      onThrow(cause);
      return ofPage();
    }
  };
}
