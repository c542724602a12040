import type { EventContext } from './event/event.ts';

type ContextOf = (() => EventContext | undefined) | undefined;

/** The platform's context with what the app adds; an app that throws takes nothing away from the event. */
export function withContext(
  ofPlatform: ContextOf,
  ofApp: ContextOf,
  onThrow: (cause: unknown) => void,
): ContextOf {
  if (!ofApp) return ofPlatform;
  return () => {
    const known = ofPlatform?.();
    let said: EventContext | undefined;
    try {
      said = ofApp();
    } catch (cause) {
      onThrow(cause);
    }
    return said ? { ...known, ...said } : known;
  };
}
