import { applyBeforeSend } from './apply-before-send.ts';
import { createConsent, decisionShape } from './consent/consent.ts';
import type { BuiltInEvents, CaptureInput } from './contract/capture-input.ts';
import type { EventMap } from './contract/own-event.ts';
import { defaultPlatform } from './default-platform.ts';
import { TrackLayerError } from './errors.ts';
import type { MessageKind } from './event/event.ts';
import { inWords, kindOf } from './event/problem.ts';
import { createUuid } from './event/uuid.ts';
import { withConsent } from './event/with-consent.ts';
import { createExchange } from './exchange.ts';
import type { AdapterClient, AdapterOptions, IdentifyInput, Receipt } from './options.ts';
import { businessContent, createOutcomes, receiptFor } from './outcomes.ts';
import { createPreparation, type Prepared } from './prepare.ts';
import { createEntry, nameOf, readStoredMessage, type Entry } from './queue/message.ts';
import { createQueue } from './queue/queue.ts';
import { createSender } from './queue/sender.ts';
import type { DropReason, FlushResult } from './queue/stats.ts';
import { createReporter } from './reporter.ts';
import { resolveOptions } from './resolve-options.ts';
import { areKept, describeTrouble, describeUndelivered } from './trouble.ts';
import { witness } from './witness.ts';

const optOutKey = 'opt_out';

/** A client for an adapter: the browser and Node packages call this with what their platform adds. */
export function createAdapterClient<Own extends EventMap = BuiltInEvents>(
  given: AdapterOptions<Own>,
): AdapterClient<Own> {
  const options = resolveOptions(given as unknown as AdapterOptions);
  const { identity, ledger, transport } = options;
  const platform = options.platform ?? defaultPlatform();
  const { clock, messages: store, values } = platform;
  const reporter = createReporter(options, clock.monotonic);
  const { attempt, report } = reporter;
  const exchange = createExchange(options, platform);
  const { counts, flushes, final, atOnce } = createOutcomes(ledger, reporter, exchange.dropped);
  const hasOptedOut = (): boolean => attempt(() => values?.get(optOutKey)) === '1';
  const consent = createConsent<{ entry: Entry; hasConsent: boolean }>(options.consent, {
    hasOptedOut: hasOptedOut(),
    gpc: options.gpc,
    isHidden: options.isHidden,
  });
  const uuid = createUuid(clock.now, platform.randomBytes);
  let seq = 0;
  let lastTrouble = '';
  let closing: Promise<FlushResult> | undefined;

  const queue = createQueue({
    ...options,
    store,
    byteLength: platform.byteLength,
    onFinal: final,
    onStoreError: (cause) =>
      report('storage', 'Events cannot be stored and are kept in memory only: they end with it', cause),
  });
  const sender = createSender({
    ...options,
    queue,
    clock,
    random: platform.random,
    newKey: uuid,
    byteLength: platform.byteLength,
    exchange: exchange.send,
    isElsewhere: (message) => !!ledger.isElsewhere?.(message.event_id, businessContent(message)),
    onTrouble(answer, failures) {
      const trouble = describeTrouble(answer, transport.endpoint);
      if (!trouble) return;
      lastTrouble = trouble.detail;
      // A single failure is nothing: the next attempt is under way within a second.
      if (trouble.code === 'unreachable' && failures < 2) return;
      report(trouble.code, `${trouble.detail}. ${areKept}`, trouble.cause);
    },
  });
  const prepare = createPreparation(
    options,
    platform,
    uuid,
    () => consent.snapshot,
    (name, problems) => {
      const isPersonal = problems.some(({ code }) => code === 'personal');
      report(
        isPersonal ? 'personal_data' : 'left_out',
        `${name} goes without: ${problems.map(inWords).join('; ')}`,
      );
    },
  );

  function take(kind: MessageKind, input: unknown): Receipt {
    counts.captured();
    if (closing || consent.state === 'refused') {
      return atOnce(null, { status: 'dropped', reason: closing ? 'closed' : 'consent' }, nameIn(kind, input));
    }
    const made = prepared(kind, input);
    if ('reason' in made) {
      const { name: ofEvent, ...why } = made;
      const receipt = atOnce(null, { status: 'dropped', ...why }, ofEvent);
      if (options.strict) throw new TrackLayerError('invalid_event', why.detail, { problems: why.problems });
      return receipt;
    }
    const { message, hasConsent } = made;
    let isConflict = false;
    if (made.isNamed) {
      const recognition = ledger.see(message.event_id, businessContent(message));
      if (recognition === 'same') return atOnce(message.event_id, { status: 'duplicate' });
      if (recognition === 'different') {
        isConflict = true;
        reporter.conflict({ event_id: message.event_id, event: nameOf(message), seen_by: 'client' });
      }
    }
    const entry = createEntry(message, { seq: ++seq, since: clock.monotonic(), isConflict });
    if (consent.state === 'open') enqueue(entry);
    else if (!consent.hold({ entry, hasConsent })) giveUp(entry, 'consent', 'too many wait for consent');
    return receiptFor(entry);
  }

  function prepared(kind: MessageKind, input: unknown): Prepared {
    try {
      if (kind === 'identify') return prepare.identify(input as IdentifyInput);
      const made = prepare.event(input as CaptureInput);
      const { beforeSend } = options;
      if (!beforeSend) return made;
      return applyBeforeSend(made, beforeSend, prepare.event, (cause) =>
        report('callback', 'beforeSend threw; the event goes as it was', cause),
      );
    } catch {
      return { reason: 'invalid_event', detail: 'a getter or proxy of the event throws' };
    }
  }

  /** Gives a message up that is not in the queue. */
  const giveUp = (entry: Entry, reason: DropReason, detail?: string): void =>
    final(entry, { status: 'dropped', reason, detail });

  function enqueue(entry: Entry): void {
    const refused = queue.add(entry);
    if (refused) giveUp(entry, refused);
    else sender.wake();
  }

  function adopt(): void {
    if (!store || consent.state !== 'open' || closing) return;
    try {
      store.adopt((stored) => {
        const age = Math.max(0, clock.now() - stored.captured_at);
        const entry = createEntry(readStoredMessage(stored), {
          seq: ++seq,
          since: clock.monotonic() - age,
          isAdopted: true,
        });
        counts.captured();
        enqueue(entry);
        return entry.seq;
      });
    } catch (cause) {
      report('storage', 'Events of an earlier run cannot be read', cause);
    }
  }

  function withdraw(): void {
    for (const { entry } of consent.release()) giveUp(entry, 'consent');
    for (const entry of queue.pending) queue.settle(entry, { status: 'dropped', reason: 'consent' });
    sender.abort();
    ledger.clear();
    attempt(() => store?.clear());
    attempt(() => identity?.allow(false));
  }

  function optOut(): Promise<void> {
    consent.optOut();
    attempt(() => values?.set(optOutKey, '1'));
    withdraw();
    return sender.idle();
  }

  function decide(): void {
    if (consent.state === 'refused') return withdraw();
    if (consent.state === 'pending') return;
    attempt(() => identity?.allow(true));
    const { snapshot } = consent;
    for (const { entry, hasConsent } of consent.release()) {
      const { message } = entry;
      if (snapshot && !hasConsent) message.content = withConsent(message.content, snapshot);
      enqueue(entry);
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

  function reportUndelivered(lost: number): void {
    const all = queue.pending.size;
    if (all > 0) report('undelivered', describeUndelivered(lost, all - lost, lastTrouble));
  }

  async function close(): Promise<FlushResult> {
    const result = await flush();
    sender.stop();
    for (const { entry } of consent.release()) giveUp(entry, 'closed', 'waiting for consent');
    const lost = [...queue.pending].filter(({ isStored }) => !isStored);
    reportUndelivered(lost.length);
    for (const entry of lost)
      queue.settle(entry, { status: 'dropped', reason: 'closed', detail: lastTrouble });
    attempt(() => store?.close());
    attempt(() => transport.close?.());
    const { captured: _, ...counted } = counts.read();
    return result.pending > 0 ? counted : result;
  }

  decide();
  witness()?.client({ flush, stats: counts.read, isWaitingForConsent: () => consent.isAwaited });

  return {
    client: {
      capture: (input) => take('capture', input),
      identify: (input) => take('identify', input),
      flush,
      close: () => (closing ??= close()),
      stats: counts.read,
      setConsent(snapshot) {
        if (consent.set(snapshot)) return decide();
        const was = consent.state === 'pending' ? 'Consent is still pending' : 'Nothing changed';
        report('consent', `setConsent must get ${decisionShape}, got ${kindOf(snapshot)}. ${was}`);
      },
      optOut,
      optIn() {
        consent.optIn();
        attempt(() => values?.remove(optOutKey));
        decide();
      },
    },
    report,
    consent: () => consent.state,
    heed() {
      if (hasOptedOut()) void optOut();
    },
    show() {
      consent.show();
      decide();
    },
    lost: () => reportUndelivered([...queue.pending].filter(({ isStored }) => !isStored).length),
    leave() {
      exchange.hurry();
      sender.leave(transport.room?.() ?? Infinity);
    },
    resume(isOnline) {
      adopt();
      if (isOnline) sender.hurry();
      else sender.drain();
    },
  };
}

/** The event's name, for the report of a message that is not looked at further. */
function nameIn(kind: MessageKind, input: unknown): string | undefined {
  if (kind === 'identify') return kind;
  try {
    const { event } = input as { event?: unknown };
    return typeof event === 'string' ? event : undefined;
  } catch {
    return undefined;
  }
}
