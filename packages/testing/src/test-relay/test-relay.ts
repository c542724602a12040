import {
  TrackLayerError,
  type EventMap,
  type Events,
  type MessageKind,
  type WireEvent,
  type WireIdentify,
} from '@tracklayer/core';
import { createArrivals } from './arrivals.ts';
import { createCounted, type TestVerdict } from './counted.ts';
import { decodeRequest, type DecodedRequest } from './decode-request.ts';
import { listenOnMsw, type MswInstance } from './listen-on-msw.ts';
import { listenOnPort } from './listen-on-port.ts';
import { decideReply, type Reply } from './reply.ts';
import { createScript, type ScriptedFault } from './script.ts';

export interface TestRelayOptions {
  /** Serve on this port of 127.0.0.1 (`0`: a free one), for clients in other processes. Default: in this process, by msw. */
  port?: number | undefined;
  /** Where the client sends, without the path. Default: anywhere. Not with `port`. */
  endpoint?: string | undefined;
  /** A listening `setupServer()` or started `setupWorker()` to join; a page needs one. Default: one of its own. */
  msw?: MswInstance | undefined;
  /** Events of your own, by `defineEvents`. Default: the built-in ones. */
  events?: Events<EventMap> | undefined;
}

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
  /** Waits until `check` holds, looking again at every arrival. @returns whether it came to hold in `timeoutMs` (default 1,000). */
  until(check: () => boolean, options?: { timeoutMs?: number | undefined }): Promise<boolean>;
}

export interface TestRelay extends RelayRecord {
  /** For a client's `endpoint`. */
  readonly endpoint: string;
  /** Answers without counting: 503, 401, 413, … `retryAfter` in seconds or as a date. */
  answer(
    status: number,
    options?: { retryAfter?: number | Date | undefined; body?: string | undefined },
  ): ScriptedFault;
  /** Counts the first half of a batch and answers `retry` for the others; a single message is counted. */
  partial(): ScriptedFault;
  /** Never answers. */
  hang(): ScriptedFault;
  /** Cuts the connection before an answer. */
  cut(): ScriptedFault;
  /** Counts, and breaks off in the middle of the answer. */
  truncated(): ScriptedFault;
  /** Answers as ever, `ms` milliseconds later. */
  slow(ms: number): ScriptedFault;
  /** Forgets what arrived, and the script. */
  reset(): void;
  close(): Promise<void>;
}

const anywhere = 'https://relay.example.com';

/**
 * Starts a relay for tests. It checks, counts and answers as the relay does, and keeps what arrived.
 * Several may be open at once; of two with the same endpoint, the newest answers.
 *
 * @throws TrackLayerError `invalid_options` for a port outside Node.js, a page without `msw`, or no vocabulary as `events`.
 * @example
 * const relay = await createTestRelay();
 * const tracklayer = createNodeClient({ endpoint: relay.endpoint, key: 'tl_test' });
 * relay.answer(503).times(2);
 * tracklayer.capture(paidOrder());
 * await expect(relay).toHaveCaptured('purchase', { order_id: 'ord_10492' });
 */
export async function createTestRelay({
  port,
  endpoint,
  msw,
  events,
}: TestRelayOptions = {}): Promise<TestRelay> {
  if (events && typeof events.problemOf !== 'function') {
    throw new TrackLayerError('invalid_options', 'events is no vocabulary; pass what defineEvents returns');
  }
  if (msw && typeof msw.use !== 'function') {
    throw new TrackLayerError('invalid_options', 'msw is no setupServer() or setupWorker() of msw');
  }
  const requests: RelayRequest[] = [];
  const counted = createCounted(events);
  const script = createScript();
  const arrivals = createArrivals();

  async function respond(kind: MessageKind, request: Request): Promise<Reply> {
    const decoded = await decodeRequest(kind, request);
    // The schemas take half as long to load as msw, and a test file may never send.
    const { findFaults } = await import('./find-faults.ts');
    const fault = script.next();
    const { reply, verdicts } = decideReply(decoded, fault, (message) =>
      counted.take(kind, message, findFaults(kind, message, events)),
    );
    requests.push({ ...decoded, verdicts });
    arrivals.tell();
    if (fault?.do === 'slow') await new Promise((resolve) => setTimeout(resolve, fault.ms));
    return reply;
  }

  const server =
    port === undefined ? await listenOnMsw(respond, endpoint ?? '*', msw) : await listenOnPort(respond, port);
  return {
    endpoint: 'endpoint' in server ? (server.endpoint as string) : (endpoint ?? anywhere),
    requests,
    events: counted.events,
    identifies: counted.identifies,
    until: (check, { timeoutMs = 1_000 } = {}) => arrivals.until(check, timeoutMs),
    answer: (status, options) => script.add({ do: 'answer', status, ...options }),
    partial: () => script.add({ do: 'partial' }),
    hang: () => script.add({ do: 'hang' }),
    cut: () => script.add({ do: 'cut' }),
    truncated: () => script.add({ do: 'truncated' }),
    slow: (ms) => script.add({ do: 'slow', ms }),
    reset() {
      requests.length = 0;
      counted.clear();
      script.clear();
    },
    close: async () => server.close(),
  };
}
