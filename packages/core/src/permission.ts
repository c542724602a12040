import { createConsent, decisionShape, type ConsentState } from './consent/consent.ts';
import type { ConsentSnapshot } from './event/event.ts';
import { kindOf } from './event/problem.ts';
import { withConsent } from './event/with-consent.ts';
import type { AdapterOptions } from './options.ts';
import type { Platform } from './platform.ts';
import type { Entry } from './queue/message.ts';
import type { Reporter } from './reporter.ts';

/** What the person allows, kept between runs, and what follows from it for their messages. */
export interface Permission {
  readonly state: ConsentState;
  readonly snapshot: ConsentSnapshot | undefined;
  /** Messages wait for the person's answer. */
  readonly isAwaited: boolean;
  /** The client stands: does what the first state asks. */
  begin(): void;
  /** Takes a decision; reports one that cannot be read. */
  set(decision: unknown): void;
  optOut(): void;
  optIn(): void;
  /** Somebody sees the page now. */
  show(): void;
  /** Another client of this origin may have been told to opt out. Returns whether it was. */
  heed(): boolean;
  /** A new message: on its way, or kept until the decision. Returns false when too many wait. */
  pass(entry: Entry, hasConsent: boolean): boolean;
  /** The messages that wait, which are let go. */
  release(): Entry[];
}

export interface PermissionHost {
  options: Pick<AdapterOptions, 'consent' | 'gpc' | 'isHidden' | 'identity'>;
  values: Platform['values'];
  reporter: Reporter;
  enqueue(entry: Entry): void;
  /** The person allows it: what an earlier run left may go. */
  granted(): void;
  /** The person refuses: nothing of theirs is kept or sent. */
  withdrawn(): void;
}

const optOutKey = 'opt_out';

export function createPermission({
  options: { consent: initial, gpc, isHidden, identity },
  values,
  reporter: { attempt, report },
  enqueue,
  granted,
  withdrawn,
}: PermissionHost): Permission {
  const hasOptedOut = (): boolean => attempt(() => values?.get(optOutKey)) === '1';
  const consent = createConsent<{ entry: Entry; hasConsent: boolean }>(initial, {
    hasOptedOut: hasOptedOut(),
    gpc,
    isHidden,
  });

  function withdraw(): void {
    withdrawn();
    attempt(() => identity?.allow(false));
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
    granted();
  }

  return {
    get state() {
      return consent.state;
    },
    get snapshot() {
      return consent.snapshot;
    },
    get isAwaited() {
      return consent.isAwaited;
    },
    begin: decide,
    set(decision) {
      if (consent.set(decision)) return decide();
      const was = consent.state === 'pending' ? 'Consent is still pending' : 'Nothing changed';
      report('consent', `setConsent must get ${decisionShape}, got ${kindOf(decision)}. ${was}`);
    },
    optOut() {
      consent.optOut();
      attempt(() => values?.set(optOutKey, '1'));
      withdraw();
    },
    optIn() {
      consent.optIn();
      attempt(() => values?.remove(optOutKey));
      decide();
    },
    show() {
      consent.show();
      decide();
    },
    heed: hasOptedOut,
    pass(entry, hasConsent) {
      if (consent.state !== 'open') return consent.hold({ entry, hasConsent });
      enqueue(entry);
      return true;
    },
    release: () => consent.release().map(({ entry }) => entry),
  };
}
