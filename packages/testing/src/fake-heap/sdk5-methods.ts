import { startOver, type HeapRecord } from './heap-record.ts';
import { callHeap, type HeapWindow, type Method } from './heap-window.ts';
import type { Pipeline, Transformer } from './pipeline.ts';
import { isRejectedIdentity } from './rejected-identities.ts';

const withoutEffect =
  'stopTracking addUserProperties addEventProperties removeEventProperty clearEventProperties addAdapter addTransformer addPageviewProperties removePageviewProperty clearPageviewProperties trackPageview'.split(
    ' ',
  );

const answer =
  (read: () => string | null): Method =>
  (callback) => {
    if (typeof callback === 'function') (callback as (value: string | null) => void)(read());
    return read();
  };

/** The methods of the real object. `startTracking` and `addAccountProperties` are stubbed, yet absent here. */
export function createSdk5Methods(
  window: HeapWindow,
  record: HeapRecord,
  pipeline: Pipeline,
): Record<string, Method> {
  return {
    ...Object.fromEntries(withoutEffect.map((name) => [name, (): void => {}])),
    track: (name, properties, source) => pipeline.add(name, properties, source),
    identify(id) {
      if (isRejectedIdentity(id)) {
        record.rejected.push(id);
        return;
      }
      const identity = String(id).slice(0, 255);
      if (record.identity !== null && record.identity !== identity) startOver(record);
      record.identity = identity;
    },
    async identifyHashed(id) {
      const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(String(id)));
      const hex = Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
      callHeap(window, 'identify', [hex]);
    },
    resetIdentity() {
      if (record.identity !== null) startOver(record);
    },
    getUserId: answer(() => record.userId),
    getSessionId: answer(() => record.sessionId),
    getIdentity: answer(() => record.identity),
    onReady: (callback) => (callback as () => void)(),
    addTransformerFn: (name, fn) => pipeline.transform(name as string, fn as Transformer),
  };
}
