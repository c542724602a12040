import type { MessageKind, Verdict, WireEvent, WireIdentify } from './event.ts';
import { mergeCopies } from './merge-copies.ts';

/** Messages counted as a relay counts them: each `event_id` once, with what later copies fill in (docs/wire.md W-4). */
export interface Counted {
  /** Each accepted event once, in order of arrival. */
  readonly events: readonly WireEvent[];
  readonly identifies: readonly WireIdentify[];
  /** Both, in order of arrival. */
  readonly messages: readonly (WireEvent | WireIdentify)[];
  /** Counts one message, and says what a relay answers. */
  take(kind: MessageKind, message: WireEvent | WireIdentify): CountedVerdict;
  clear(): void;
}

/** An identify without an id has no id to name, and says whether it joined two ids of a person (docs/wire.md W-16). */
export type CountedVerdict = Omit<Verdict, 'event_id'> & { event_id?: string | undefined; merged?: boolean };

/**
 * Counts messages that keep the contract, for stand-ins of the relay.
 *
 * @param keysOf - the properties that make the id of an event with this name.
 */
export function createCounted(keysOf: (event: string) => readonly string[]): Counted {
  const events: WireEvent[] = [];
  const identifies: WireIdentify[] = [];
  const messages: (WireEvent | WireIdentify)[] = [];
  const places = new Map<string, { event: number; message: number }>();
  const identified = new Set<string>();

  function takeEvent(event: WireEvent): CountedVerdict {
    const { event_id } = event;
    const place = places.get(event_id);
    const first = place && events[place.event];
    if (!first) {
      places.set(event_id, { event: events.length, message: messages.length });
      const own = copyOf(event);
      events.push(own);
      messages.push(own);
      return { event_id, status: 'accepted' };
    }
    const merged = mergeCopies(first, event, keysOf(first.event));
    events[place.event] = messages[place.message] = copyOf(merged.event);
    return { event_id, status: 'duplicate', ...(merged.conflicts.length > 0 && { conflict: true }) };
  }

  function takeIdentify(identify: WireIdentify): CountedVerdict {
    const { event_id, user_id, anonymous_id } = identify;
    if (event_id && identified.has(event_id)) return { event_id, status: 'duplicate', merged: false };
    if (event_id) identified.add(event_id);
    const own = copyOf(identify);
    identifies.push(own);
    messages.push(own);
    return { event_id, status: 'accepted', merged: Boolean(user_id && anonymous_id) };
  }

  return {
    events,
    identifies,
    messages,
    take: (kind, message) => (kind === 'capture' ? takeEvent(message as WireEvent) : takeIdentify(message)),
    clear() {
      events.length = 0;
      identifies.length = 0;
      messages.length = 0;
      places.clear();
      identified.clear();
    },
  };
}

/** As it is stored: without what is `undefined`. */
const copyOf = <Message>(message: Message): Message => JSON.parse(JSON.stringify(message)) as Message;
