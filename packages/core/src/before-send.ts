import type { BuiltInEvents, CaptureInput } from './contract/capture-input.ts';
import type { EventMap } from './contract/own-event.ts';

/**
 * Changes or drops an event that is about to be kept: gets a copy, with its id, ids of the person and context. Returns
 * the event to keep, or `null` to drop it; without a return value the copy counts, as it is then.
 */
export type BeforeSend<Own extends EventMap = BuiltInEvents> = (
  event: CaptureInput<Own> & { event_id: string },
) => CaptureInput<Own> | null | undefined | void;
