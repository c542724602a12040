import { createConsent } from './consent/consent.ts';
import type { BuiltInEvents } from './contract/capture-input.ts';
import type { EventMap } from './contract/own-event.ts';
import { defaultPlatform } from './default-platform.ts';
import { createEnding } from './ending.ts';
import { createUuid } from './event/uuid.ts';
import { createExchange } from './exchange.ts';
import { createIntake } from './intake.ts';
import type { AdapterClient, AdapterOptions } from './options.ts';
import { businessContent, createOutcomes } from './outcomes.ts';
import { createPermission, type Waiting } from './permission.ts';
import { createPreparation } from './prepare.ts';
import type { Entry } from './queue/message.ts';
import { createQueue } from './queue/queue.ts';
import { createSender } from './queue/sender.ts';
import type { DropReason } from './queue/stats.ts';
import { createReporter } from './reporter.ts';
import { resolveOptions } from './resolve-options.ts';
import { createTroubles } from './trouble.ts';
import { witness } from './witness.ts';

/** A client for an adapter: the browser and Node packages call this with what their platform adds. */
export function createAdapterClient<Own extends EventMap = BuiltInEvents>(
  given: AdapterOptions<Own>,
): AdapterClient<Own> {
  const options = resolveOptions(given as unknown as AdapterOptions);
  const { ledger, transport } = options;
  const platform = options.platform ?? defaultPlatform();
  const { clock, messages: store } = platform;
  const reporter = createReporter(options, clock.monotonic);
  const { attempt, report } = reporter;
  const exchange = createExchange(options, platform);
  const outcomes = createOutcomes(ledger, reporter, exchange.dropped);
  const { counts, final } = outcomes;
  const uuid = createUuid(clock.now, platform.randomBytes);
  const troubles = createTroubles(report, transport.endpoint);

  const queue = createQueue({
    ...options,
    ...platform,
    store,
    onAdded: () => sender.wake(),
    onFinal: final,
    onStoreError: (cause) =>
      report('storage', 'Events cannot be stored and are kept in memory only: they end with it', cause, ''),
  });
  const sender = createSender({
    ...options,
    ...platform,
    queue,
    newKey: uuid,
    exchange: exchange.send,
    isElsewhere: (message) => !!ledger.isElsewhere?.(message.event_id, businessContent(message)),
    onTrouble: troubles.met,
  });
  const consent = createConsent<Waiting>(options);
  const parts = { ...options, ...platform, reporter, outcomes, troubles, queue, sender, consent };
  const permission = createPermission(parts, adopt, () => {
    for (const { entry } of consent.release()) giveUp(entry, 'consent');
    for (const entry of queue.pending) queue.settle(entry, { status: 'dropped', reason: 'consent' });
    sender.abort();
    ledger.clear();
    attempt(() => store?.clear());
  });
  const intake = createIntake(
    parts,
    createPreparation(options, platform, uuid, () => consent.snapshot, report),
    () => (ending.isClosing ? 'closed' : consent.state === 'refused' ? 'consent' : undefined),
    (entry, hasConsent) => {
      if (consent.state === 'open') queue.add(entry);
      else if (!consent.hold({ entry, hasConsent })) giveUp(entry, 'consent', 'too many wait for consent');
    },
  );
  const ending = createEnding(
    parts,
    () => intake.last,
    () => {
      for (const { entry } of consent.release()) giveUp(entry, 'closed', 'waiting for consent');
    },
    () => {
      attempt(() => store?.close());
      attempt(() => transport.close?.());
    },
  );

  /** Gives a message up that is not in the queue. */
  function giveUp(entry: Entry, reason: DropReason, detail?: string): void {
    final(entry, { status: 'dropped', reason, detail });
  }

  function adopt(): void {
    if (!store || consent.state !== 'open' || ending.isClosing) return;
    try {
      store.adopt((stored) => {
        const entry = intake.adopt(stored);
        queue.add(entry);
        return entry.seq;
      });
    } catch (cause) {
      report('storage', 'Events of an earlier run cannot be read', cause, '');
    }
  }

  permission.begin();
  witness()?.client({
    flush: ending.flush,
    stats: counts.read,
    isWaitingForConsent: () => consent.isAwaited,
  });

  return {
    client: {
      capture: (input) => intake.take('capture', input),
      identify: (input) => intake.take('identify', input),
      flush: ending.flush,
      close: ending.close,
      stats: counts.read,
      setConsent: permission.set,
      optOut() {
        permission.optOut();
        return sender.idle();
      },
      optIn: permission.optIn,
    },
    report,
    consent: () => consent.state,
    heed: permission.heed,
    show: permission.show,
    lost: ending.lost,
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
