import type { ConsentSnapshot } from '../event/event.ts';

/**
 * `open`: messages may go, with the snapshot if there is one. `pending`: not decided, nothing is stored or sent.
 * `refused`: every purpose that was answered was denied, or the person opted out.
 */
type ConsentState = 'open' | 'pending' | 'refused';

/** What a client may do with a person's events, as the answers come in. */
export interface Consent {
  readonly state: ConsentState;
  readonly snapshot: ConsentSnapshot | undefined;
  set(snapshot: ConsentSnapshot): void;
  optOut(): void;
  optIn(): void;
}

/**
 * A snapshot that grants nothing and answers something: `denied`, or what can not be read (`false`, text in a snapshot's
 * place), which nobody takes for a grant. GPC alone refuses nothing: it travels in the snapshot.
 */
function isRefusal(snapshot: ConsentSnapshot): boolean {
  const { ad_user_data, ad_personalization, analytics } = snapshot;
  const choices: unknown[] = [ad_user_data, ad_personalization, analytics];
  return (
    typeof snapshot !== 'object' || (!choices.includes('granted') && choices.some((one) => one !== undefined))
  );
}

export function createConsent(
  initial: 'pending' | ConsentSnapshot | undefined,
  hasOptedOut: boolean,
): Consent {
  let isOut = hasOptedOut;
  let isPending = initial === 'pending';
  let snapshot = initial === 'pending' ? undefined : initial;
  return {
    get state() {
      if (isOut || (snapshot && isRefusal(snapshot))) return 'refused';
      return isPending ? 'pending' : 'open';
    },
    get snapshot() {
      return snapshot;
    },
    set(next) {
      snapshot = next;
      isPending = false;
    },
    optOut() {
      isOut = true;
    },
    optIn() {
      isOut = false;
    },
  };
}
