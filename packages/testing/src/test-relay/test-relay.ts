import { TrackLayerError, type EventMap, type Events } from '@tracklayer/core';
import { needNode } from '../need-node.ts';
import { witnessProcess } from '../witness/process-witness.ts';
import { listenOnMsw, type MswInstance } from './listen-on-msw.ts';
import { listenOnPort } from './listen-on-port.ts';
import { createRecording, type RelayRecord } from './recording.ts';
import { createScript, type Answering, type ScriptedAnswer, type ScriptedFault } from './script.ts';

export interface TestRelayOptions {
  /** Serve on this port of 127.0.0.1 (`0`: a free one), for clients in other processes. Default: in this process, by msw. */
  port?: number | undefined;
  /** Where the client sends, without the path. Default: anywhere. Not with `port`. */
  endpoint?: string | undefined;
  /** A listening `setupServer()` or started `setupWorker()` to join; a page needs one. Default: one of its own. */
  msw?: MswInstance | undefined;
  /** Events of your own, by `defineEvents`. Default: the built-in ones. */
  events?: Events<EventMap> | undefined;
  /** Answers by the request, where the script has no fault for it; `undefined` leaves the relay to answer. */
  answer?: Answering | undefined;
}

/** Faults by script. Each meets the next request, or as many as `times(n)` says. */
export interface RelayFaults {
  /** Answers without counting: 503, 401, 413, … `retryAfter` in seconds or as a date. */
  answer(status: number, options?: Omit<ScriptedAnswer, 'status'>): ScriptedFault;
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
}

export interface TestRelay extends RelayRecord, RelayFaults {
  /** For a client's `endpoint`. */
  readonly endpoint: string;
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
  answer,
}: TestRelayOptions = {}): Promise<TestRelay> {
  needNode();
  if (events && typeof events.check !== 'function') {
    throw new TrackLayerError('invalid_options', '`events` must be what `defineEvents` returns');
  }
  if (msw && typeof msw.use !== 'function') {
    throw new TrackLayerError('invalid_options', '`msw` must be a setupServer() or setupWorker() of msw');
  }
  const script = createScript(answer);
  const { record, respond, reset } = createRecording(events, script, witnessProcess());
  const server =
    port === undefined ? await listenOnMsw(respond, endpoint ?? '*', msw) : await listenOnPort(respond, port);
  return {
    ...record,
    ...faultsOf(script),
    endpoint: 'endpoint' in server ? (server.endpoint as string) : (endpoint ?? anywhere),
    reset,
    close: async () => server.close(),
  };
}

/** The methods that write a script. */
export function faultsOf({ add }: Pick<ReturnType<typeof createScript>, 'add'>): RelayFaults {
  return {
    answer: (status, options) => add({ do: 'answer', status, ...options }),
    partial: () => add({ do: 'partial' }),
    hang: () => add({ do: 'hang' }),
    cut: () => add({ do: 'cut' }),
    truncated: () => add({ do: 'truncated' }),
    slow: (ms) => add({ do: 'slow', ms }),
  };
}
