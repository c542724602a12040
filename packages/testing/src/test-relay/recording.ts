import type { EventMap, Events, WireEvent, WireIdentify } from '@tracklayer/core';
import { createCounted, keyProperties } from '@tracklayer/core/adapter';
import type { Testimony, Witnesses } from '../witness/testimony.ts';
import { createArrivals } from './arrivals.ts';
import { decodeRequest, type DecodedRequest, type RequestKind } from './decode-request.ts';
import { decideReply, type Reply } from './reply.ts';
import type { Script } from './script.ts';
import { createStillness } from './stillness.ts';
import { take, type TestVerdict } from './take.ts';

/** One attempt as it arrived; retries are requests of their own. */
export interface RelayRequest extends DecodedRequest {
  /** One for each message; none where a fault came first. */
  readonly verdicts?: readonly TestVerdict[] | undefined;
}

/** What a test looks at, and what the matchers take. */
export interface RelayRecord {
  /** Every attempt, in order, those that met a fault too. */
  readonly requests: readonly RelayRequest[];
  /** Each accepted event once, as counted: later copies fill in what the first lacked (docs/wire.md W-4). */
  readonly events: readonly WireEvent[];
  readonly identifies: readonly WireIdentify[];
  /**
   * Waits until `check` holds. Looks again at every arrival, and asks the clients that the kit knows to send what they
   * hold, so that nobody waits for their interval.
   *
   * @returns whether it came to hold in `timeoutMs` (default 4,000, below the 5 s that test runners give a test).
   */
  until(check: () => boolean, options?: { timeoutMs?: number | undefined }): Promise<boolean>;
  /**
   * Waits until nothing more is on its way: the clients that the kit knows hold nothing, no answer is being made, and
   * for 100 ms nothing was captured and nothing came. What waits for consent does not count.
   *
   * @returns whether it came to rest in `timeoutMs` (default 4,000).
   */
  settled(options?: { timeoutMs?: number | undefined }): Promise<boolean>;
  /** What happened to events before they reached the relay: refused, unmapped, waiting. For the matchers' texts. */
  testify(): Promise<Testimony>;
}

/** The part of a test relay that every way of listening shares: it takes requests, counts, and decides the replies. */
export interface Recording {
  record: RelayRecord;
  script: Script;
  respond(kind: RequestKind, request: Request): Promise<Reply>;
  reset(): void;
}

export function createRecording(
  events: Events<EventMap> | undefined,
  script: Script,
  witnesses: Witnesses,
): Recording {
  const requests: RelayRequest[] = [];
  const counted = createCounted((event) => keyProperties(event, { events }));
  const arrivals = createArrivals();
  let answering = 0;

  async function respond(kind: RequestKind, request: Request): Promise<Reply> {
    answering += 1;
    try {
      const decoded = await decodeRequest(kind, request);
      // The schemas take half as long to load as msw, and a test file may never send.
      const { findFaults } = await import('./find-faults.ts');
      const fault = await script.next(decoded);
      const { reply, verdicts } = decideReply(decoded, fault, (messageKind, message) =>
        take(counted, messageKind, message, findFaults(messageKind, message, events, decoded.sent_at)),
      );
      requests.push({ ...decoded, verdicts });
      arrivals.tell();
      if (fault?.do === 'slow') await new Promise((resolve) => setTimeout(resolve, fault.ms));
      return reply;
    } finally {
      answering -= 1;
    }
  }

  const stillness = createStillness(witnesses, () => ({ answering, arrived: requests.length }));
  return {
    record: {
      requests,
      events: counted.events,
      identifies: counted.identifies,
      until: (check, { timeoutMs } = {}) => stillness.until(check, arrivals, timeoutMs),
      settled: ({ timeoutMs } = {}) => stillness.settled(timeoutMs),
      testify: witnesses.testify,
    },
    script,
    respond,
    reset() {
      requests.length = 0;
      counted.clear();
      script.clear();
      witnesses.forget();
    },
  };
}
