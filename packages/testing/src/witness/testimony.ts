import type { Drop, Promotion } from '@tracklayer/core';

/** What happened to events before they reached a relay, as far as a test kit saw it. */
export interface Testimony {
  /** Whether any client was seen at all, of this test or an earlier one. */
  hasClients: boolean;
  /** Messages that these clients took since the relay was made, and those that they still hold. */
  captured: number;
  pending: number;
  /** Of `pending`: those that wait until the person has answered. */
  awaitingConsent: number;
  /** Settled without a request: a client sends no `event_id` twice. */
  duplicates: number;
  drops: readonly Pick<Drop, 'event' | 'reason' | 'detail'>[];
  labels: readonly SeenLabel[];
}

/** A label that did not become an event, and why. */
export interface SeenLabel {
  label: string;
  status: Promotion['status'];
  /** The event of its entry, or of the entry that it was probably meant to match. */
  canonical_event?: string | undefined;
  meant?: string | undefined;
  missing?: readonly string[] | undefined;
}

/** Who saw the clients of a process or page. */
export interface Witnesses {
  /** Asks the clients to send what they hold. Resolves at once, not when it is delivered. */
  flush(): Promise<void>;
  testify(): Promise<Testimony>;
  /** What was seen so far is of no interest any more. */
  forget(): void;
}
