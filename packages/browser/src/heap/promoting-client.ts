import type { IdentifyInput, Receipt } from '@tracklayer/core';

/** What promotion needs of a client; a `BrowserClient` has it all. */
export interface PromotingClient {
  /** Takes what the registry names, events of your own too. */
  capture(event: never): Receipt;
  identify(input: IdentifyInput): Receipt;
  reset(): void;
  /** The person whom the client knows. */
  userId(): string | undefined;
  anonymousId(): string;
  /** `pending`: what is captured waits in memory. `refused`: it is dropped. */
  consent(): 'open' | 'pending' | 'refused';
  /** Whether ids may be stored and events sent now. */
  isAllowed(): boolean;
  /** Calls `hear` after each change of consent, until the returned function is called. */
  onConsent(hear: () => void): () => void;
}
