import { attempt } from '../event/attempt.ts';
import { consentPurposes, isChoice } from '../event/consent-purposes.ts';
import type { ConsentSnapshot } from '../event/event.ts';
import { ownConsent } from '../event/own-consent.ts';

/**
 * `open`: messages may go, with the snapshot if there is one. `pending`: not decided, nothing is stored or sent.
 * `refused`: every purpose that was answered was denied, or the person opted out.
 */
export type ConsentState = 'open' | 'pending' | 'refused';

/** What a client may do with a person's events, and the messages that wait for their decision. */
export interface Consent<Waiting> {
  readonly state: ConsentState;
  readonly snapshot: ConsentSnapshot | undefined;
  /** Messages wait for the decision. */
  readonly isAwaited: boolean;
  /** Takes a decision. Returns false when it cannot be read: everything stays as it was. */
  set(decision: unknown): boolean;
  optOut(): void;
  optIn(): void;
  /** Nothing is held back any more but for consent. */
  show(): void;
  /** Keeps a message until the decision. Returns false when too many wait. */
  hold(message: Waiting): boolean;
  /** The messages that waited. */
  release(): Waiting[];
}

const maxWaiting = 100;
/** What {@link readDecision} reads, for reports. */
export const decisionShape = `{ ${consentPurposes.join(', ')} }, each "granted" or "denied"`;

/**
 * What a person decided: `granted` when a purpose of docs/wire.md W-10 is, `denied` when one is and none is granted.
 *
 * @returns `undefined` for everything else: `false`, `{}`, purposes of another vocabulary, GPC alone, a purpose that is
 *   neither granted nor denied beside one that is granted. None of it is a grant, and none says what was refused.
 */
export function readDecision(decision: unknown): 'granted' | 'denied' | undefined {
  if (typeof decision !== 'object' || decision === null) return undefined;
  const choices: unknown[] = consentPurposes
    .map((purpose) => (decision as ConsentSnapshot)[purpose])
    .filter((choice) => choice !== undefined);
  if (!choices.includes('granted')) return choices.includes('denied') ? 'denied' : undefined;
  return choices.every(isChoice) ? 'granted' : undefined;
}

/** The consent that a client starts with. */
export interface FirstConsent {
  /** `pending`, or a snapshot that can be read. Default: nobody is asked. */
  consent?: 'pending' | ConsentSnapshot | undefined;
  /** The browser's Global Privacy Control signal: it travels in every snapshot, and refuses nothing alone. */
  gpc?: boolean | undefined;
  /** Nobody sees the page yet: what is granted counts from `show()` on. */
  isHidden?: boolean | undefined;
}

export function createConsent<Waiting>({ consent: initial, gpc, isHidden }: FirstConsent): Consent<Waiting> {
  const waiting: Waiting[] = [];
  let isOut = false;
  let isShown = !isHidden;
  let decided: ConsentState = 'open';
  let snapshot: ConsentSnapshot | undefined = gpc ? { gpc } : undefined;

  function set(decision: unknown): boolean {
    const own = attempt(() => ownConsent(decision as ConsentSnapshot));
    const read = readDecision(own);
    if (!read) return false;
    decided = read === 'granted' ? 'open' : 'refused';
    snapshot = { ...own, gpc: typeof own?.gpc === 'boolean' ? own.gpc : gpc || undefined };
    return true;
  }

  if (initial === 'pending') decided = initial;
  else set(initial);

  return {
    get state() {
      if (isOut) return 'refused';
      return decided === 'open' && !isShown ? 'pending' : decided;
    },
    get snapshot() {
      // What waits gets the answer when there is one, and the browser's signal with it.
      return decided === 'pending' ? undefined : snapshot;
    },
    get isAwaited() {
      return waiting.length > 0;
    },
    set,
    optOut() {
      isOut = true;
    },
    optIn() {
      isOut = false;
    },
    show() {
      isShown = true;
    },
    hold: (message) => waiting.length < maxWaiting && waiting.push(message) > 0,
    release: () => waiting.splice(0),
  };
}
