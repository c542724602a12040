import type { ConsentSnapshot } from '@tracklayer/core';
import { choice, createSay, type ConsentClient } from './follow.ts';

export interface TcfOptions {
  /** A vendor of the Global Vendor List that needs consent too, besides the purposes. Default: none. */
  vendor?: number | undefined;
  /** What is said where the tool says that the GDPR does not apply. Default: nothing, consent stays as it is. */
  otherwise?: ConsentSnapshot | undefined;
}

interface TcData {
  eventStatus?: string;
  gdprApplies?: boolean;
  listenerId?: number;
  purpose?: { consents?: Record<number, boolean> };
  vendor?: { consents?: Record<number, boolean> };
}
type Tcf = (
  command: string,
  version: number,
  callback: (data: TcData, isGood: boolean) => void,
  given?: unknown,
) => void;

const pollMs = 500;
const polls = 120;

/**
 * Follows a consent tool of IAB's Transparency & Consent Framework 2 through `__tcfapi`. `ad_user_data` needs consent to
 * purposes 1 and 7, `ad_personalization` to 1, 3 and 4, `analytics` to 1, 8 and 9; legitimate interest is not consent.
 * The tool may come up to a minute later.
 *
 * @returns what ends it.
 * @see https://github.com/InteractiveAdvertisingBureau/GDPR-Transparency-and-Consent-Framework
 * @example
 * const tracklayer = createBrowserClient({ endpoint: '/tl', consent: 'pending' });
 * fromTcf(tracklayer, { vendor: 755 });
 */
export function fromTcf(client: ConsentClient, { vendor, otherwise }: TcfOptions = {}): () => void {
  const say = createSay(client);
  let id: number | undefined;
  let isStopped = false;
  let left = polls;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const api = (): Tcf | undefined => (window as { ['__tcfapi']?: Tcf })['__tcfapi'];

  function hear(data: TcData, isGood: boolean): void {
    if (isStopped || !isGood) return;
    id = data.listenerId;
    if (data.gdprApplies === false) {
      if (otherwise) say(otherwise);
      return;
    }
    // `cmpuishown`: the person is being asked.
    if (!/^(tcloaded|useractioncomplete)$/.test(data.eventStatus ?? '')) return;
    const { consents = {} } = data.purpose ?? {};
    const isVendor = vendor === undefined || data.vendor?.consents?.[vendor] === true;
    const needs = (...purposes: number[]) =>
      choice(isVendor && [1, ...purposes].every((purpose) => consents[purpose] === true));
    say({ ad_user_data: needs(7), ad_personalization: needs(3, 4), analytics: needs(8, 9) });
  }

  function begin(): void {
    const tcf = api();
    if (tcf) tcf('addEventListener', 2, hear);
    else if (left-- > 0) timer = setTimeout(begin, pollMs);
  }

  begin();
  return () => {
    isStopped = true;
    clearTimeout(timer);
    if (id !== undefined) api()?.('removeEventListener', 2, () => {}, id);
  };
}
