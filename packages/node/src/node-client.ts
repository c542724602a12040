import { hashTraits, type BuiltInEvents, type Client, type EventMap, type Receipt } from '@tracklayer/core';
import { createAdapterClient, createLedger } from '@tracklayer/core/adapter';
import { debugClient, debugTransport } from '@tracklayer/core/debug';
import type { HttpTransportOptions } from '@tracklayer/core/http';
import { createReportSightings, type ReportSightings } from './drift/report-sightings.ts';
import { createForward, type Forward } from './forward.ts';
import { userAgent } from './http/user-agent.ts';
import type { NodeClientOptions } from './options.ts';
import { gzip } from './platform/gzip.ts';
import { createPoolTransport } from './platform/http-transport.ts';
import { nodePlatform } from './platform/node-platform.ts';
import { atProcessEnd } from './platform/process-lifecycle.ts';
import { createSpool } from './platform/spool.ts';
import { readKey } from './read-key.ts';

const print = (line: string): void => console.error(line);

/** A client for backends: every event names its own ids. */
export interface NodeClient<Own extends EventMap = BuiltInEvents> extends Client<Own> {
  forward: Forward;
  reportSightings: ReportSightings;
}

/**
 * Makes the client of a backend. It sends in the background, delivers what is left when a script ends by itself, and,
 * with `spool`, what an earlier process left behind.
 *
 * @throws TrackLayerError `invalid_options` when an option can't be used.
 * @example
 * const tracklayer = createNodeClient({ endpoint: process.env.TRACKLAYER_URL, key: process.env.TRACKLAYER_KEY });
 */
export function createNodeClient<Own extends EventMap = BuiltInEvents>(
  given: NodeClientOptions<Own>,
): NodeClient<Own> {
  // Without types nobody is told that something must be given; what is missing says so below.
  const options = (given as typeof given | null | undefined) ?? {};
  const {
    spool,
    fsync,
    handleSignals,
    waitUntil,
    clearTraits,
    normalizePhone,
    requestTimeoutMs = 10_000,
    shutdownTimeoutMs = 5_000,
  } = options;
  const { hash } = process.getBuiltinModule('node:crypto');
  const sha256 = (text: string): string => hash('sha256', text);
  const key = options.key === undefined ? undefined : readKey(options.key);
  const transport = options.transport ?? createPoolTransport(httpOptions({ ...options, key }));
  const isDebugged = options.debug ?? process.env['TRACKLAYER_DEBUG'] === '1';
  const platform = nodePlatform(
    spool === undefined ? undefined : createSpool({ folder: spool, fsync: !!fsync }),
  );
  const { client: core, lost } = createAdapterClient<Own>({
    ...options,
    ledger: createLedger(1_000),
    source: options.source ?? 'server',
    transport: isDebugged ? debugTransport(transport, print) : transport,
    platform,
    hashTraits: (traits) => hashTraits(traits, { sha256, clearTraits, normalizePhone }),
    // `close` below has waited already; core's own wait would come on top.
    shutdownTimeoutMs: shutdownTimeoutMs >= 1 ? 1 : shutdownTimeoutMs,
  });
  let closing: Promise<Awaited<ReturnType<Client['close']>>> | undefined;
  let isDraining = false;
  let background: Promise<unknown> | undefined;

  const flush: Client['flush'] = ({ timeoutMs = shutdownTimeoutMs } = {}) => core.flush({ timeoutMs });
  const close: Client['close'] = () => (closing ??= flushAndClose().finally(leave));
  const leave = atProcessEnd({
    drain: () => void drain(),
    exit: lost,
    close: handleSignals ? close : undefined,
  });

  async function flushAndClose(): ReturnType<Client['close']> {
    const flushed = await flush();
    const closed = await core.close();
    return flushed.pending > 0 ? closed : flushed;
  }

  /** The script has ended. What cannot be delivered in time stays in the spool, or is reported one by one. */
  async function drain(): Promise<void> {
    if (isDraining || closing || core.stats().pending === 0) return;
    isDraining = true;
    const { pending } = await flush();
    isDraining = false;
    if (pending > 0) closing ??= core.close().finally(leave);
  }

  /** Holds a serverless function until what was captured in this turn is sent. */
  function hold(receipt: Receipt): Receipt {
    if (waitUntil && !background) {
      background = Promise.resolve()
        .then(() => {
          background = undefined;
          return flush();
        })
        .catch(() => undefined);
      try {
        waitUntil(background);
      } catch {
        // Out of its request's scope. The event is on the queue all the same.
      }
    }
    return receipt;
  }

  const client: NodeClient<Own> = {
    ...core,
    capture: (event) => hold(core.capture(event)),
    identify: (input) => hold(core.identify(input)),
    flush,
    close,
    forward: createForward(transport, requestTimeoutMs, platform),
    reportSightings: options.transport
      ? () => Promise.resolve(false)
      : createReportSightings({ endpoint: transport.endpoint!, key, requestTimeoutMs, userAgent }),
  };
  return isDebugged ? debugClient(client, print) : client;
}

function httpOptions({
  endpoint,
  key,
  paths,
  compress,
}: Pick<NodeClientOptions, 'endpoint' | 'key' | 'paths' | 'compress'>): HttpTransportOptions {
  // What is missing is refused by name there.
  return { endpoint: endpoint!, key, paths, userAgent, gzip: compress === false ? undefined : gzip };
}
