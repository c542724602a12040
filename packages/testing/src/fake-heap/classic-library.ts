import { eventPropertyMethods } from './event-properties.ts';
import { startOver, type HeapRecord } from './heap-record.ts';
import { callHeap, type HeapGlobal, type HeapWindow, type Method } from './heap-window.ts';
import { isRejectedIdentity } from './rejected-identities.ts';
import { storedProperties } from './stored-properties.ts';

/** The object that classic's script puts in the stub's place. */
export interface ClassicLibrary {
  readonly object: object;
  send(event: string, properties: Record<string, unknown>, isAutotrack: boolean): void;
  /** Shows its user, and says again, in order, what it had put off until then. */
  ready(): void;
}

interface Rewritten {
  event_properties: Record<string, unknown>;
  session_properties: object;
  pageview_properties: object;
}

export function createClassicLibrary(
  window: HeapWindow,
  record: HeapRecord,
  save: () => void,
  stub: HeapGlobal,
  version: '4.14' | '4.23',
): ClassicLibrary {
  const isOld = version === '4.14';
  const waiting: [string, unknown[]][] = [];
  const ofEvents = eventPropertyMethods(record, save);
  const { appid, config } = stub;
  const object: Record<string, unknown> = {
    appid,
    config,
    loaded: true,
    version: { heapJsVersion: isOld ? '4.14.0' : '4.23.11' },
  };

  function showIdentity(): void {
    save();
    Object.assign(object, { userId: record.userId, identity: record.identity });
  }

  function putOff(name: string, args: unknown[]): boolean {
    if (!record.isKnown) waiting.push([name, args]);
    return !record.isKnown;
  }

  function send(event: string, given: Record<string, unknown>, isAutotrack: boolean): void {
    const { rewrite } = (object['config'] ?? {}) as { rewrite?: (said: Rewritten) => Rewritten | undefined };
    const said = {
      event_properties: { ...record.eventProperties, ...given },
      session_properties: {},
      pageview_properties: {},
    };
    const { event_properties } = rewrite?.(said) ?? said;
    record.events.push({ event, properties: storedProperties(event_properties), isAutotrack });
  }

  const methods: Record<string, Method> = {
    ...ofEvents,
    setEventProperties: ofEvents.addEventProperties,
    unsetEventProperty: ofEvents.removeEventProperty,
    track(name, properties = {}) {
      // Heap serialises at once: a BigInt or a cycle throws into the page.
      send(name as string, JSON.parse(JSON.stringify(properties)) as Record<string, unknown>, false);
    },
    identify(given, field) {
      if (putOff('identify', field === undefined ? [given] : [given, field])) return;
      const id = namedBy(given);
      const identity = String(id).slice(0, 255);
      if (isRejectedIdentity(id) && !(isOld && id === 0)) record.rejected.push(given);
      else if (identity !== record.identity) become(identity, id, field);
    },
    resetIdentity() {
      if (record.identity === null) return;
      startOver(record);
      if (record.isKnown) showIdentity();
    },
    addUserProperties(properties) {
      putOff('addUserProperties', [properties]);
    },
  };

  function become(identity: string, id: unknown, field: unknown): void {
    const isSwitch = record.identity !== null && !(isOld && typeof field === 'string');
    if (isSwitch) {
      startOver(record);
      // Once more, by its own global.
      if (typeof id === 'string') return void callHeap(window, 'identify', isOld ? [id] : [id, [1]]);
    }
    record.identity = identity;
    showIdentity();
  }

  if (!isOld) Object.assign(methods, { getSessionId: () => record.sessionId, getReplayId: () => null });
  for (const [name, method] of Object.entries(methods)) {
    object[name] = function (this: unknown, ...args: unknown[]): unknown {
      if (!name.startsWith('get')) record.calls.push({ method: name, args, at: Date.now() });
      return method.apply(this, args);
    };
  }

  return {
    object,
    send,
    ready() {
      if (record.isKnown) return;
      record.isKnown = true;
      showIdentity();
      for (const [name, args] of waiting.splice(0)) callHeap(window, name, args);
    },
  };
}

/** Early versions took `{ handle, email }`. */
function namedBy(given: unknown): unknown {
  if (typeof given !== 'object' || given === null) return given;
  const { handle, email } = given as { handle?: unknown; email?: unknown };
  return handle ?? email ?? given;
}
