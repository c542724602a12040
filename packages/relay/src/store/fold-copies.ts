import type { Json, JsonObject, Problem, WireEvent } from '@tracklayer/core';
import { mergeCopies } from '@tracklayer/core/adapter';
import type { CaptureOutcome, ReceivedEvent } from './events.ts';

/** An event as a store holds it. Times are milliseconds since 1970. */
export interface StoredEvent {
  event: Partial<WireEvent>;
  status: 'accepted' | 'rejected';
  received_at: number;
  client_occurred_at: string | null;
  copies: number;
  conflicts: number;
  conflict_fields: readonly string[];
  /** The first few that came after the one that counts. */
  later_copies: readonly StoredCopy[];
  errors: readonly Problem[] | null;
  erased_at: number | null;
  /** Counts the changes of the row, so that two writers at once do not undo each other. */
  revision: number;
}

/** A copy after the one that counts: who sent it, and where it says something else. */
export interface StoredCopy {
  source: string | null;
  /** Milliseconds since 1970. */
  received_at: number;
  /** Its own value of each field that contradicts the first copy, such as `properties.value`. */
  conflicts: JsonObject;
}

/** A sender that repeats without end must not make a row grow without end. */
const maxLaterCopies = 10;

/** A copy of an event, and when it came. */
export interface EventCopy extends ReceivedEvent {
  received_at: number;
}

/**
 * Adds copies of one event to what is known of it, in their order (docs/wire.md W-4): the first that is accepted
 * counts, later ones fill in what it lacks. One whose person was erased takes nothing in any more.
 */
export function foldCopies(
  known: StoredEvent | undefined,
  copies: readonly EventCopy[],
): { stored: StoredEvent; outcomes: CaptureOutcome[] } {
  let stored = known;
  const outcomes = copies.map((copy): CaptureOutcome => {
    if (!stored || stored.status === 'rejected') {
      stored = firstCopy(copy, stored?.revision ?? 0);
      return { status: 'accepted', conflicts: [] };
    }
    if (stored.erased_at !== null) {
      stored = { ...stored, copies: stored.copies + 1 };
      return { status: 'duplicate', conflicts: [], is_erased: true };
    }
    const { event, conflicts } = mergeCopies(stored.event as WireEvent, copy.event, copy.key_properties);
    stored = {
      ...stored,
      event,
      copies: stored.copies + 1,
      later_copies: [...stored.later_copies, laterCopy(copy, conflicts)].slice(0, maxLaterCopies),
      conflicts: stored.conflicts + (conflicts.length > 0 ? 1 : 0),
      conflict_fields:
        conflicts.length > 0
          ? [...new Set([...stored.conflict_fields, ...conflicts])]
          : stored.conflict_fields,
    };
    return { status: 'duplicate', conflicts };
  });
  if (!stored) throw new TypeError('an event has at least one copy');
  return { stored, outcomes };
}

function laterCopy({ event, received_at }: EventCopy, conflicts: readonly string[]): StoredCopy {
  const valueAt = (path: string): Json => {
    const [, property] = /^properties\.(.+)$/.exec(path) ?? [];
    const value = property === undefined ? event[path as 'event' | 'user_id'] : event.properties?.[property];
    return value ?? null;
  };
  return {
    source: event.source ?? null,
    received_at,
    conflicts: Object.fromEntries(conflicts.map((path) => [path, valueAt(path)])),
  };
}

const firstCopy = ({ event, received_at, client_occurred_at }: EventCopy, revision: number): StoredEvent => ({
  event,
  status: 'accepted',
  received_at,
  client_occurred_at: client_occurred_at ?? null,
  copies: 1,
  conflicts: 0,
  conflict_fields: [],
  later_copies: [],
  errors: null,
  erased_at: null,
  revision,
});
