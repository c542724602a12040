import { decisionShape, type Consent } from './consent/consent.ts';
import { kindOf } from './event/problem.ts';
import { withConsent } from './event/with-consent.ts';
import type { AdapterOptions } from './options.ts';
import type { Platform } from './platform.ts';
import type { Entry } from './queue/message.ts';
import type { Queue } from './queue/queue.ts';
import type { Reporter } from './reporter.ts';

/** A message that waits for consent. */
export interface Waiting {
  entry: Entry;
  /** It carries a snapshot of its own. */
  hasConsent: boolean;
}

/** The person's decisions, kept between runs, and what follows from them. */
export interface Permission {
  /** The client stands: does what the person decided earlier. */
  begin(): void;
  /** Takes a decision; reports one that cannot be read. */
  set(decision: unknown): void;
  optOut(): void;
  optIn(): void;
  /** Somebody sees the page now. */
  show(): void;
  /** Opts out if the person opted out in another client of this origin. */
  heed(): void;
}

interface PermissionHost extends Pick<AdapterOptions, 'identity'>, Pick<Platform, 'values'> {
  consent: Consent<Waiting>;
  queue: Queue;
  reporter: Reporter;
}

const optOutKey = 'opt_out';

/**
 * @param granted - the person allows it: what an earlier run left may go.
 * @param withdrawn - the person refuses: nothing of theirs is kept or sent.
 */
export function createPermission(
  { consent, queue, identity, values, reporter: { attempt, report } }: PermissionHost,
  granted: () => void,
  withdrawn: () => void,
): Permission {
  const hasOptedOut = (): boolean => attempt(() => values?.get(optOutKey)) === '1';

  function decide(): void {
    const { state, snapshot } = consent;
    if (state === 'pending') return;
    const isOpen = state === 'open';
    if (!isOpen) withdrawn();
    attempt(() => identity?.allow(isOpen));
    if (!isOpen) return;
    for (const { entry, hasConsent } of consent.release()) {
      const { message } = entry;
      if (snapshot && !hasConsent) message.content = withConsent(message.content, snapshot);
      queue.add(entry);
    }
    granted();
  }

  function optOut(): void {
    consent.optOut();
    attempt(() => values?.set(optOutKey, '1'));
    decide();
  }

  return {
    begin() {
      if (hasOptedOut()) consent.optOut();
      decide();
    },
    set(decision) {
      if (consent.set(decision)) return decide();
      const was = consent.state === 'pending' ? 'Consent is still pending' : 'Nothing changed';
      report('consent', `setConsent must get ${decisionShape}, got ${kindOf(decision)}. ${was}`);
    },
    optOut,
    optIn() {
      consent.optIn();
      attempt(() => values?.remove(optOutKey));
      decide();
    },
    show() {
      consent.show();
      decide();
    },
    heed() {
      if (hasOptedOut()) optOut();
    },
  };
}
