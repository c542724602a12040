/** What became of events, counted as they come: by day of arrival, so that the numbers of a day add up. */
export interface StepStore {
  /** Returns the counts since a day, such as `2026-11-01`, of one event or of all; some 90 days are kept. */
  steps(
    environment: string,
    query: { since: string; event?: string | undefined },
  ): Promise<readonly StepCount[]>;
  /** Returns what was planned for each destination since a day, and what of it is final; the rest is pending. */
  deliveryCounts(environment: string, since: string): Promise<ReadonlyMap<string, DeliveryCounts>>;
  /** Returns how often clients saw each label on each day since one. */
  labelDays(environment: string, since: string): Promise<readonly LabelDay[]>;
}

/**
 * `accepted`, `duplicate` and `rejected` count messages, and add up to all that came. `planned` counts deliveries:
 * `delivered`, `failed` and `skipped` of them are final, and the rest is pending. Controlled events count nowhere.
 */
export type Step = 'accepted' | 'duplicate' | 'rejected' | 'planned' | 'delivered' | 'failed' | 'skipped';

export interface StepCount {
  /** The UTC day on which the event came: `2026-11-23`. */
  day: string;
  /** Empty where a rejected message named none of the vocabulary. */
  event: string;
  step: Step;
  /** Of messages the source, `heap`, `server` or `other`; of deliveries the destination. */
  name: string;
  /** A stable word, of `rejected`, `failed` and `skipped`; else empty. */
  reason: string;
  count: number;
}

export interface DeliveryCounts {
  planned: number;
  accepted: number;
  failed: number;
  skipped: number;
}

export interface LabelDay {
  day: string;
  source: string;
  source_event: string;
  count: number;
}
