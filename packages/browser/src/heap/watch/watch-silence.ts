import { jsonText } from '@tracklayer/core/adapter';
import type { Registry, RegistryEntry } from '@tracklayer/core';
import type { PromotingClient } from '../promoting-client.ts';
import type { HeapDrift } from '../heap-drift.ts';
import type { HeardLabel } from '../heard-label.ts';

export interface SilenceOptions {
  /** Whose approved labels are watched. */
  registry: Registry;
  /** An approved label that this browser did not produce for more days than this is silent. */
  silentAfterDays: number;
  /** Told once per label and load. */
  onDrift: (drift: HeapDrift) => void;
  /** The source that the entries name. Default `heap`. */
  source?: string | undefined;
}

/** Label to the day on which it was last seen, in days since 1970. */
type Days = Record<string, number>;

const storageKey = 'tl1:labels';
const dayMs = 86_400_000;

/**
 * Tells of approved labels that stopped coming, as after a redesign. Remembers in localStorage on which day each came
 * last, and only while consent allows it; a label that never came counts from the first look on. Throws nothing.
 *
 * @example
 * const silence = watchSilence(tracklayer, { registry, silentAfterDays: 14, onDrift });
 * promoteHeap(tracklayer, { registry, onDrift, watch: [silence] });
 */
export function watchSilence(
  client: Pick<PromotingClient, 'isAllowed'>,
  { registry, silentAfterDays, onDrift, source = 'heap' }: SilenceOptions,
): (seen: HeardLabel) => void {
  const approved = registry.entries.filter((entry) => entry.source === source && entry.status === 'approved');
  const today = Math.floor(Date.now() / dayMs);
  let hasLooked = false;

  function tell({ source_event, canonical_event }: RegistryEntry, day: number): void {
    try {
      onDrift({ kind: 'silent', source_event, canonical_event, last_seen_at: day * dayMs });
    } catch {
      // The app's callback is the app's.
    }
  }

  /** Also forgets what is not of the registry any more. */
  function look(last: Days): Days {
    hasLooked = true;
    const days: Days = Object.create(null) as Days;
    for (const entry of approved) {
      const day = last[entry.source_event] ?? today;
      days[entry.source_event] = day;
      if (today - day > silentAfterDays) tell(entry, day);
    }
    return days;
  }

  function remember(label?: string): void {
    try {
      if (!client.isAllowed?.()) {
        localStorage.removeItem(storageKey);
        return;
      }
      const last = readDays();
      const days = hasLooked ? { ...last } : look(last);
      if (label !== undefined) days[label] = today;
      const text = jsonText(days);
      if (text !== jsonText(last)) localStorage.setItem(storageKey, text);
    } catch {
      // No storage, no memory.
    }
  }

  remember();
  return ({ promotion }) => {
    if (promotion.status === 'promoted') remember(promotion.entry.source_event);
  };
}

function readDays(): Days {
  const days: Days = Object.create(null) as Days;
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '{}');
    for (const [label, day] of Object.entries(stored ?? {})) {
      if (Number.isSafeInteger(day)) days[label] = day as number;
    }
  } catch {
    // Somebody else's text.
  }
  return days;
}
