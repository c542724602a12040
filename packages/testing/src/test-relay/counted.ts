import type { Problem, MessageKind, Verdict, WireEvent, WireIdentify } from '@tracklayer/core';
import type { Contract } from '@tracklayer/core/adapter';
import { isConflict } from '../verdicts.ts';
import type { AnyMessage } from './decode-request.ts';

/** A verdict as it is answered: an id that nobody gave is `null`, an identify says whether it merged. */
export type TestVerdict = Omit<Verdict, 'event_id'> & { event_id: string | null; merged?: boolean };

/** What was accepted: each event_id once, with what later copies filled in (docs/wire.md W-4). */
export interface Counted {
  readonly events: readonly WireEvent[];
  readonly identifies: readonly WireIdentify[];
  /** @param errors - what its check found; none when it keeps the contract. */
  take(kind: MessageKind, message: AnyMessage, errors: readonly Problem[]): TestVerdict;
  clear(): void;
}

export function createCounted(vocabulary: Contract | undefined): Counted {
  const events: WireEvent[] = [];
  const identifies: WireIdentify[] = [];
  const firstEvents = new Map<string, WireEvent>();
  const identifyIds = new Set<string>();

  function takeEvent(event: WireEvent): TestVerdict {
    const { event_id } = event;
    const first = firstEvents.get(event_id);
    if (!first) {
      const own = structuredClone(event);
      firstEvents.set(event_id, own);
      events.push(own);
      return { event_id, status: 'accepted' };
    }
    if (isConflict(first, event, vocabulary)) return { event_id, status: 'duplicate', conflict: true };
    fill(first, event);
    return { event_id, status: 'duplicate' };
  }

  function takeIdentify(identify: WireIdentify): TestVerdict {
    const { event_id = null, user_id, anonymous_id } = identify;
    if (event_id !== null && identifyIds.has(event_id)) {
      return { event_id, status: 'duplicate', merged: false };
    }
    if (event_id !== null) identifyIds.add(event_id);
    identifies.push(structuredClone(identify));
    return { event_id, status: 'accepted', merged: Boolean(user_id && anonymous_id) };
  }

  return {
    events,
    identifies,
    take(kind, message, errors) {
      if (errors.length > 0) {
        const { event_id } = message ?? {};
        return {
          event_id: typeof event_id === 'string' ? event_id : null,
          status: 'rejected',
          code: 'invalid_event',
          errors,
        };
      }
      return kind === 'capture' ? takeEvent(message as WireEvent) : takeIdentify(message);
    },
    clear() {
      events.length = 0;
      identifies.length = 0;
      firstEvents.clear();
      identifyIds.clear();
    },
  };
}

const fillable = ['user_id', 'anonymous_id', 'account_id', 'context', 'consent'] as const;

/** A later copy fills what the first left absent and changes nothing that is there. */
function fill(first: WireEvent, later: WireEvent): void {
  for (const name of fillable) {
    if (first[name] === undefined && later[name] !== undefined) Object.assign(first, { [name]: later[name] });
  }
  if (later.properties) first.properties = { ...later.properties, ...first.properties };
}
