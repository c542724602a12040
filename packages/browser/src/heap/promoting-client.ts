import type { IdentifyInput, Receipt } from '@tracklayer/core';

/** What promotion needs of a client. A `BrowserClient` has it all. */
export interface PromotingClient {
  /** Takes what the registry names, events of your own too. */
  capture(event: never): Receipt;
  identify(input: IdentifyInput): Receipt;
  reset?(): void;
  /** Who is known. Without it, each `heap.resetIdentity` before Heap's library has come resets. */
  userId?(): string | undefined;
  /** These two are needed to stamp Heap's user. */
  anonymousId?(): string;
  isAllowed?(): boolean;
}
