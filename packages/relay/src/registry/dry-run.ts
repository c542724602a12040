import {
  isTrackLayerError,
  eventId,
  promote,
  type Promotion,
  type Registry,
  type SourceEvent,
} from '@tracklayer/core';
import type { Contract } from '@tracklayer/core/adapter';
import type { Severity } from './diff-registries.ts';

/** What recorded calls of one label become under the old registry and the new. */
export interface LabelRun {
  source: string;
  source_event: string;
  calls: number;
  /** Promoted before, not any more. */
  disappeared: number;
  /** Not promoted before. */
  appeared: number;
  /** Promoted by both, as another event or under another event_id. */
  renamed: number;
  /** Promoted by both under the same id, with other properties. */
  changed: number;
}

export interface DryRun {
  calls: number;
  severity: Severity;
  /** Labels for which something changes. */
  labels: readonly LabelRun[];
}

/**
 * Runs recorded calls through two registries (pure: nothing is captured).
 *
 * @param events - the vocabulary of both. Default: the built-in events.
 */
export function dryRun(
  before: Registry,
  after: Registry,
  calls: readonly SourceEvent[],
  events?: Contract,
): DryRun {
  const labels = new Map<string, LabelRun>();
  for (const call of calls) {
    const { source, source_event } = call;
    const key = JSON.stringify([source, source_event]);
    const run = labels.get(key) ?? { source, source_event, calls: 0, ...none };
    labels.set(key, run);
    run.calls++;
    const effect = compare(promote(before, call), promote(after, call), events);
    if (effect) run[effect]++;
  }
  const touched = [...labels.values()].filter((run) => effects.some((effect) => run[effect] > 0));
  const isBreaking = touched.some(({ disappeared, renamed }) => disappeared + renamed > 0);
  const severity = isBreaking ? 'breaking' : touched.length > 0 ? 'careful' : 'safe';
  return { calls: calls.length, severity, labels: touched };
}

const none = { disappeared: 0, appeared: 0, renamed: 0, changed: 0 };
const effects = Object.keys(none) as (keyof typeof none)[];

function compare(was: Promotion, is: Promotion, events: Contract | undefined): keyof typeof none | undefined {
  if (was.status !== 'promoted') return is.status === 'promoted' ? 'appeared' : undefined;
  if (is.status !== 'promoted') return 'disappeared';
  if (was.event !== is.event || idOf(was, events) !== idOf(is, events)) return 'renamed';
  return JSON.stringify(was.properties) === JSON.stringify(is.properties) ? undefined : 'changed';
}

type Promoted = Extract<Promotion, { status: 'promoted' }>;

/** The id that the properties alone make; where the person makes it, the registry does not change it. */
function idOf({ event, properties, event_id }: Promoted, events: Contract | undefined): string | undefined {
  try {
    return event_id ?? eventId(event, properties, { events });
  } catch (error) {
    if (isTrackLayerError(error)) return undefined;
    throw error;
  }
}
