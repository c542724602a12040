import type { ClickIds, KeyValue, Utm } from '@tracklayer/core';
import { attempt } from '@tracklayer/core/adapter';

const key = 'landed';
// As long as Google and Meta count a click.
const maxAgeMs = 7_776_000_000;
const parameters =
  /^(gclid|gbraid|wbraid|fbclid|li_fat_id|ttclid)$|^utm_(source|medium|campaign|term|content|id)$/;

/** What the address of a landing page says of where its visitor came from. */
export interface Landed {
  click_ids?: ClickIds;
  utm?: Utm;
}

/** The visitor's last landing, on this page or on an earlier one within 90 days. */
export interface Landing {
  landed: Landed;
  /** Until the first `true`, a new one is remembered in this page only. */
  allow(isAllowed: boolean): void;
}

/** @param search - of the address that the page was entered by: a router may have changed it since. */
export function createLanding(search: string, values: KeyValue, now: () => number): Landing {
  const fresh = landedIn(search);
  const kept = attempt(() => {
    const [at, landed] = JSON.parse(values.get(key)!) as [number, Landed];
    return at > now() - maxAgeMs ? landed : undefined;
  });
  return {
    landed: fresh ?? kept ?? {},
    allow(isAllowed) {
      if (!isAllowed) values.remove(key);
      else if (fresh) values.set(key, JSON.stringify([now(), fresh]));
    },
  };
}

function landedIn(search: string): Landed | undefined {
  let landed: { click_ids?: Record<string, string>; utm?: Record<string, string> } | undefined;
  for (const [parameter, value] of new URLSearchParams(search)) {
    const [, id, utm] = parameters.exec(parameter) ?? [];
    // What holds an address of a person is no campaign.
    if (id ? /^[\w.~-]{1,500}$/.test(value) : utm && /^[^@]{1,150}$/.test(value))
      ((landed ??= {})[id ? 'click_ids' : 'utm'] ??= {})[(id ?? utm)!] ??= value;
  }
  return landed;
}
