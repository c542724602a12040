/** How often a label of a source was seen. Counts only: nothing of what came with it (docs/wire.md W-38). */
export interface Sighting {
  source: string;
  source_event: string;
  /** A whole number from 1. */
  count: number;
}

const sourceShape = /^[\w.-]{1,64}$/;
// A label that holds an address tells more than a count.
const labelShape = /^[^@\p{Cc}\p{Cs}]{1,255}$/u;

export const isSource = (source: unknown): source is string =>
  typeof source === 'string' && sourceShape.test(source);

export const isLabel = (source_event: unknown): source_event is string =>
  typeof source_event === 'string' && labelShape.test(source_event);
