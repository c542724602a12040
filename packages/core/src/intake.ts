import { applyBeforeSend } from './apply-before-send.ts';
import type { CaptureInput } from './contract/capture-input.ts';
import { TrackLayerError } from './errors.ts';
import { attempt } from './event/attempt.ts';
import type { MessageKind } from './event/event.ts';
import type { AdapterOptions, IdentifyInput, Receipt } from './options.ts';
import { businessContent, receiptFor, type Outcomes } from './outcomes.ts';
import type { Clock, StoredMessage } from './platform.ts';
import type { Preparation } from './prepare.ts';
import type { Prepared } from './prepared.ts';
import { createEntry, nameOf, readStoredMessage, type Entry } from './queue/message.ts';
import type { Reporter } from './reporter.ts';

/** Where messages come in: from the app, and from the store of an earlier run. Each gets its place in the order. */
export interface Intake {
  /** The place of the last message. */
  readonly last: number;
  /** @throws TrackLayerError `invalid_event` in `strict` mode. */
  take(kind: MessageKind, input: unknown): Receipt;
  adopt(stored: Omit<StoredMessage, 'seq'>): Entry;
}

interface IntakeHost extends Pick<AdapterOptions, 'beforeSend' | 'strict' | 'ledger'> {
  clock: Clock;
  outcomes: Outcomes;
  reporter: Reporter;
}

/**
 * @param refusal - why nothing is taken any more.
 * @param pass - hands a new message on.
 */
export function createIntake(
  { beforeSend, strict, ledger, clock, outcomes: { counts, atOnce }, reporter }: IntakeHost,
  prepare: Preparation,
  refusal: () => 'closed' | 'consent' | undefined,
  pass: (entry: Entry, hasConsent: boolean) => void,
): Intake {
  let seq = 0;

  function prepared(kind: MessageKind, input: unknown): Prepared {
    try {
      if (kind === 'identify') return prepare.identify(input as IdentifyInput);
      const made = prepare.event(input as CaptureInput);
      if (!beforeSend) return made;
      return applyBeforeSend(made, beforeSend, prepare.event, (cause) =>
        reporter.report('callback', 'beforeSend threw; the event is sent unchanged', cause),
      );
    } catch {
      return { reason: 'invalid_event', detail: 'a getter or proxy of the event throws' };
    }
  }

  return {
    get last() {
      return seq;
    },
    take(kind, input) {
      counts.captured();
      const reason = refusal();
      if (reason) return atOnce(null, { status: 'dropped', reason }, nameIn(kind, input));
      const made = prepared(kind, input);
      if ('reason' in made) {
        const { name: ofEvent, ...why } = made;
        const receipt = atOnce(null, { status: 'dropped', ...why }, ofEvent);
        if (strict) throw new TrackLayerError('invalid_event', why.detail, { problems: why.problems });
        return receipt;
      }
      const { message, isNamed, hasConsent } = made;
      let isConflict = false;
      if (isNamed) {
        const recognition = ledger.see(message.event_id, businessContent(message));
        if (recognition === 'same') return atOnce(message.event_id, { status: 'duplicate' });
        if (recognition === 'different') {
          isConflict = true;
          reporter.conflict({ event_id: message.event_id, event: nameOf(message), seen_by: 'client' });
        }
      }
      const entry = createEntry(message, { seq: ++seq, since: clock.monotonic(), isConflict });
      pass(entry, hasConsent);
      return receiptFor(entry);
    },
    adopt(stored) {
      counts.captured();
      const age = Math.max(0, clock.now() - stored.captured_at);
      const since = clock.monotonic() - age;
      return createEntry(readStoredMessage(stored), { seq: ++seq, since, isAdopted: true });
    },
  };
}

/** The event's name, for the report of a message that is not looked at further. */
function nameIn(kind: MessageKind, input: unknown): string | undefined {
  const name = kind === 'identify' ? kind : attempt(() => (input as { event?: unknown }).event);
  return typeof name === 'string' ? name : undefined;
}
