import type { ExpectedEvent } from './matchers/captured.ts';
import type { MatchOptions } from './matchers/verdict.ts';

/** The matchers as `expect(relay)` has them. */
export interface TrackLayerMatchers {
  /**
   * An event of this name (or with these fields) and at least these properties was counted. Waits up to 4 s for it and
   * asks the clients to send meanwhile; with `.not` it waits until nothing more is on its way.
   */
  toHaveCaptured(event: ExpectedEvent, properties?: object, options?: MatchOptions): Promise<void>;
  /**
   * Exactly one such event, when nothing more is on its way: no second one under another `event_id`. Repeats of one id
   * count once.
   */
  toHaveCapturedOnce(event: ExpectedEvent, properties?: object, options?: MatchOptions): Promise<void>;
  /** These events were counted, in any order, and no other; each is a name or fields. */
  toHaveCapturedOnly(events: readonly ExpectedEvent[], options?: MatchOptions): Promise<void>;
  /** This person was identified and has at least these traits, over all their identifies. */
  toHaveIdentified(user_id: string, traits?: object, options?: MatchOptions): Promise<void>;
  /** One of these values, an e-mail address or a phone number stands in a request; used as `.not.toHaveLeaked()`. */
  toHaveLeaked(values?: readonly string[]): void;
}
