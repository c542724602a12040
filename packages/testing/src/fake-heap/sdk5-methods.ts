import type { Answers } from './answers.ts';
import { eventPropertyMethods } from './event-properties.ts';
import { startOver, type HeapRecord } from './heap-record.ts';
import { callHeap, type HeapWindow, type Method } from './heap-window.ts';
import type { Pipeline, Transformer } from './pipeline.ts';
import { isRejectedIdentity } from './rejected-identities.ts';

const withoutEffect =
  'stopTracking startRecording stopRecording addUserProperties addAdapter markAdapterAsResolved addTransformer addNetworkClient addPageviewProperties removePageviewProperty clearPageviewProperties trackPageview getPageviewMetadata getReplayId setPath setLogLevel'.split(
    ' ',
  );

/** The methods of the real object. `startTracking` and `addAccountProperties` are stubbed, yet absent here. */
export function createSdk5Methods(
  window: HeapWindow,
  record: HeapRecord,
  pipeline: Pipeline,
  answers: Answers,
  save: () => void,
): Record<string, Method> {
  return {
    ...Object.fromEntries(withoutEffect.map((name) => [name, (): void => {}])),
    ...eventPropertyMethods(record, save),
    track: (name, properties, source) => pipeline.add(name, properties, source),
    identify(id) {
      if (isRejectedIdentity(id)) {
        record.rejected.push(id);
        return;
      }
      const identity = String(id).slice(0, 255);
      if (record.identity !== null && record.identity !== identity) startOver(record);
      record.identity = identity;
      save();
    },
    async identifyHashed(id) {
      const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(String(id)));
      const hex = Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
      callHeap(window, 'identify', [hex]);
    },
    resetIdentity() {
      if (record.identity !== null) startOver(record);
      save();
    },
    getUserId: answers.of(() => record.userId),
    getSessionId: answers.of(() => record.sessionId),
    getIdentity: answers.of(() => record.identity),
    onReady(callback) {
      if (record.isStarted) (callback as () => void)();
    },
    addTransformerFn(name, fn, of = 'general') {
      // The others see users, sessions and pageviews, or cannot be had.
      if (of === 'general') pipeline.transform(String(name), fn as Transformer);
    },
    removeTransformer: (name) => pipeline.untransform(String(name)),
    resetTransformers: () => pipeline.untransform(),
  };
}
