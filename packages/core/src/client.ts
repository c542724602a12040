import { createConsent } from './consent/consent.ts';
import type { BuiltInEvents, CaptureInput } from './contract/capture-input.ts';
import type { EventMap } from './contract/own-event.ts';
import { defaultPlatform } from './default-platform.ts';
import { TrackLayerError } from './errors.ts';
import { withConsent } from './event/with-consent.ts';
import { createUuid } from './event/uuid.ts';
import { createExchange } from './exchange.ts';
import type { AdapterClient, AdapterOptions, Client, ClientOptions, Receipt } from './options.ts';
import type { StoredMessage } from './platform.ts';
import { createPreparation, type Prepared } from './prepare.ts';
import { createLedger } from './queue/ledger.ts';
import { nameOf, storedMessage, type Message } from './queue/message.ts';
import { createQueue } from './queue/queue.ts';
import { createSender } from './queue/sender.ts';
import {
  createCounts,
  createFlushes,
  type DropReason,
  type FlushResult,
  type Outcome,
} from './queue/stats.ts';
import { createReporter } from './reporter.ts';
import { resolveOptions } from './resolve-options.ts';
import { witness } from './witness.ts';

const maxWaitingForConsent = 100;
const optOutKey = 'opt_out';
const troubles = {
  setup: (status: number) =>
    `the server answers ${status}: check endpoint, paths and key. Nothing is lost, and sending goes on`,
  no_verdict: (status: number) =>
    `an answer ${status} names no event, as a captive portal's. Nothing is lost, and sending goes on`,
};

/**
 * Makes a client for any runtime: capture, identify, flush. It remembers the last 1,000 business ids, in memory.
 *
 * @throws TrackLayerError `invalid_options` when an option can't be used.
 * @example
 * const client = createClient({ transport: createHttpTransport({ endpoint: 'https://relay.example.com', key }) });
 */
export const createClient = <Own extends EventMap = BuiltInEvents>(
  options: ClientOptions<Own>,
): Client<Own> => createAdapterClient({ ...options, ledger: createLedger(1_000) }).client;

/** A client for an adapter: the browser and Node packages call this with what their platform adds. */
export function createAdapterClient<Own extends EventMap = BuiltInEvents>(
  given: AdapterOptions<Own>,
): AdapterClient<Own> {
  const options = resolveOptions(given as unknown as AdapterOptions);
  const { identity, ledger } = options;
  const platform = options.platform ?? defaultPlatform();
  const { clock, messages: store, values } = platform;
  const reporter = createReporter(options, clock.monotonic);
  const { attempt, report } = reporter;
  const seen = witness();
  const counts = createCounts();
  const flushes = createFlushes();
  const consent = createConsent(options.consent, attempt(() => values?.get(optOutKey)) === '1');
  const waitingForConsent: { message: Message; hasConsent: boolean }[] = [];
  let seq = 0;
  let isClosed = false;
  let closing: Promise<FlushResult> | undefined;

  const queue = createQueue({
    ...options,
    store,
    byteLength: platform.byteLength,
    onFinal: final,
    onStoreError: (cause) =>
      report('storage', 'events are kept in memory only: they can not be stored', cause),
  });
  const uuid = createUuid(clock.now, platform.randomBytes);
  const exchange = createExchange(options, platform);
  const sender = createSender({
    ...options,
    queue,
    clock,
    random: platform.random,
    newKey: uuid,
    byteLength: platform.byteLength,
    exchange: exchange.send,
    onTrouble: (code, status) => report(code, troubles[code](status)),
  });
  const prepare = createPreparation(
    options,
    platform,
    uuid,
    () => consent.snapshot,
    (names) =>
      report(
        'personal_data',
        `${names.join(', ')} left out: no form to hash, or no hashTraits given (docs/wire.md W-18)`,
      ),
  );

  function final(message: Message, outcome: Outcome): void {
    counts.final(outcome);
    flushes.final(message.seq, outcome);
    const { event_id } = message;
    if (outcome.status === 'dropped') {
      ledger.forget(event_id);
      tellDrop(event_id, nameOf(message), outcome);
    } else if (outcome.conflict) reporter.conflict({ event_id, event: nameOf(message), seen_by: 'server' });
    for (const tell of message.told?.splice(0) ?? []) tell(outcome);
  }

  function tellDrop(
    event_id: string | null,
    event: string | undefined,
    { reason, detail, problems }: Extract<Outcome, { status: 'dropped' }>,
  ): void {
    exchange.dropped(reason);
    const drop = { event_id, event, reason, detail, problems };
    seen?.drop(drop);
    reporter.drop(drop);
  }

  /** A message that never reaches the queue: counted, told, and final at once. */
  function settledAtOnce(event_id: string | null, outcome: Outcome, name?: string): Receipt {
    counts.final(outcome);
    if (outcome.status === 'dropped') tellDrop(event_id, name, outcome);
    return { event_id, settled: () => Promise.resolve(outcome) };
  }

  function take(make: () => Prepared): Receipt {
    counts.captured();
    let made: Prepared;
    if (closing || consent.state === 'refused') {
      return settledAtOnce(null, { status: 'dropped', reason: closing ? 'closed' : 'consent' });
    }
    try {
      made = make();
    } catch {
      made = {
        reason: 'invalid_event',
        detail: 'a getter or proxy of the event throws',
      };
    }
    if ('reason' in made) {
      const { name, ...why } = made;
      const receipt = settledAtOnce(null, { status: 'dropped', ...why }, name);
      if (options.strict) throw new TrackLayerError('invalid_event', why.detail, { problems: why.problems });
      return receipt;
    }
    const { message } = made;
    message.seq = ++seq;
    const { event_id, json } = message;
    if (made.isNamed) {
      const sighting = ledger.see(event_id, json);
      if (sighting === 'same') return settledAtOnce(event_id, { status: 'duplicate' });
      if (sighting === 'different') {
        reporter.conflict({ event_id, event: nameOf(message), seen_by: 'client' });
      }
    }
    if (consent.state === 'open') enqueue(message);
    else if (waitingForConsent.length < maxWaitingForConsent) {
      waitingForConsent.push({ message, hasConsent: made.hasConsent });
    } else fail(message, 'consent', 'too many wait for consent');
    return receiptFor(message);
  }

  /** Gives a message up that is not in the queue. */
  function fail(message: Message, reason: DropReason, detail?: string): void {
    message.outcome = { status: 'dropped', reason, detail };
    final(message, message.outcome);
  }

  function enqueue(message: Message): void {
    const refused = queue.add(message);
    if (refused) fail(message, refused);
    else sender.wake();
  }

  function adopt(): void {
    if (!store || consent.state !== 'open' || isClosed) return;
    try {
      store.adopt((stored: Omit<StoredMessage, 'seq'>) => {
        const message = storedMessage(stored, ++seq);
        counts.captured();
        enqueue(message);
        return message.seq;
      });
    } catch (cause) {
      report('storage', 'events of an earlier run can not be read', cause);
    }
  }

  function withdraw(): void {
    const outcome: Outcome = { status: 'dropped', reason: 'consent' };
    for (const { message } of waitingForConsent.splice(0)) fail(message, 'consent');
    for (const message of queue.pending) queue.settle(message, outcome);
    sender.abort();
    ledger.clear();
    attempt(() => store?.clear());
    attempt(() => identity?.allow(false));
  }

  function decide(): void {
    if (consent.state === 'refused') return withdraw();
    if (consent.state === 'pending') return;
    attempt(() => identity?.allow(true));
    for (const { message, hasConsent } of waitingForConsent.splice(0)) {
      const { snapshot } = consent;
      if (snapshot && !hasConsent) {
        message.json = withConsent(message.json, snapshot);
      }
      enqueue(message);
    }
    adopt();
  }

  function flush({
    timeoutMs = options.shutdownTimeoutMs,
  }: { timeoutMs?: number | undefined } = {}): Promise<FlushResult> {
    const { captured: _, ...soFar } = counts.read();
    sender.drain();
    return flushes.begin(
      soFar,
      seq,
      () => queue.pending.size === 0,
      (done) => clock.after(timeoutMs, done, true),
    );
  }

  async function close(): Promise<FlushResult> {
    const result = await flush();
    isClosed = true;
    sender.stop();
    for (const { message } of waitingForConsent.splice(0)) fail(message, 'closed');
    for (const message of queue.pending) {
      if (!message.isStored) queue.settle(message, { status: 'dropped', reason: 'closed' });
    }
    attempt(() => store?.close());
    const { captured: _, ...counted } = counts.read();
    return result.pending > 0 ? counted : result;
  }

  decide();
  seen?.client({
    flush,
    stats: counts.read,
    isWaitingForConsent: () => waitingForConsent.length > 0,
  });

  return {
    client: {
      capture: (input) => take(() => prepare.event(input as CaptureInput)),
      identify: (input) => take(() => prepare.identify(input)),
      flush,
      close: () => (closing ??= close()),
      stats: counts.read,
      setConsent(snapshot) {
        consent.set(snapshot);
        decide();
      },
      optOut() {
        consent.optOut();
        attempt(() => values?.set(optOutKey, '1'));
        withdraw();
        return exchange.idle();
      },
      optIn() {
        consent.optIn();
        attempt(() => values?.remove(optOutKey));
        decide();
      },
    },
    report,
    leave() {
      exchange.hurry();
      sender.leave(options.transport.room?.() ?? Infinity);
    },
    resume() {
      adopt();
      sender.drain();
    },
  };
}

function receiptFor(message: Message): Receipt {
  return {
    event_id: message.event_id,
    settled: () =>
      message.outcome
        ? Promise.resolve(message.outcome)
        : new Promise((resolve) => (message.told ??= []).push(resolve)),
  };
}
