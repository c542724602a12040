/** How many, by a stable word. */
export type Counts = Readonly<Record<string, number>>;

/** Where events stay on the way from Heap to each destination, by event and day (docs/wire.md W-40). */
export interface Report {
  /** The first day, and the last, as in `2026-11-23`. */
  since: string;
  until: string;
  rows: readonly ReportRow[];
  /** What clients dropped before it came here, by reason, since they report it; they name neither day nor event. */
  clients_dropped: Counts;
}

/**
 * One event on one day: the UTC day on which it came. These add up, always:
 * `seen + uncounted = drafts + not_promoted + promoted`, `received = accepted + duplicates + rejected`, and of each
 * destination `planned = accepted + skipped + failed + pending`.
 */
export interface ReportRow {
  day: string;
  /** Empty where a rejected message named none of the vocabulary. */
  event: string;
  /** Calls of Heap with a label that means this event, as clients counted them. */
  seen: number;
  /** Of `seen`, those whose entry is a draft. */
  drafts: number;
  /** Of `seen`, those that did not come here: a property was missing, consent was refused, or a page was left too early. */
  not_promoted: number;
  /** Promoted, and not counted as seen: labels are counted when a page is left, and some counts are lost. */
  uncounted: number;
  /** Messages that came from Heap's calls. */
  promoted: number;
  /** All messages that came, from wherever. */
  received: number;
  accepted: number;
  duplicates: number;
  rejected: Counts;
  destinations: Readonly<Record<string, DestinationCounts>>;
}

export interface DestinationCounts {
  planned: number;
  /** By the destination's own word. */
  accepted: number;
  skipped: Counts;
  failed: Counts;
  pending: number;
}

export const sumOf = (counts: Counts): number => Object.values(counts).reduce((sum, count) => sum + count, 0);
