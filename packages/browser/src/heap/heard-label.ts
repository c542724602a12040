import type { Promotion, Receipt, RegistryEntry } from '@tracklayer/core';

/** A label that the page produced, and what became of it. Its properties are not kept. */
export interface HeardLabel {
  /** As the page gave it: not always text. */
  source_event: unknown;
  /** Milliseconds since 1970. */
  at: number;
  promotion: Promotion;
  /** The entry that an unmapped label was probably meant to match. */
  meant?: RegistryEntry | undefined;
  /** Of a promoted label, unless the client threw. */
  receipt?: Receipt | undefined;
}
