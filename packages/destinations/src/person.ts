import type { ClickIds, ConsentSnapshot, EventContext, JsonObject, WireEvent } from '@tracklayer/core';
import { sha256Hex } from '@tracklayer/core';

/** A person as a destination sees one: traits hashed by W-18, and what their browser was last seen with. */
export interface Person {
  user_id?: string | undefined;
  anonymous_id?: string | undefined;
  /** Hashes in the `*_sha256` fields; clear values only where the customer's clients send them (`clearTraits`). */
  traits: JsonObject;
  click_ids: ClickIds;
  /** When the click id `fbclid` was seen, in milliseconds since 1970. */
  clicked_at: number;
  ga: { client_id?: string | undefined; session_id?: string | undefined };
  heap: { user_id?: string | undefined; session_id?: string | undefined };
  ip?: string | undefined;
  user_agent?: string | undefined;
  locale?: string | undefined;
  consent: Required<ResolvedConsent>;
}

/** `unknown`: never asked. */
export interface ResolvedConsent {
  ad_user_data: 'granted' | 'denied' | 'unknown';
  ad_personalization: 'granted' | 'denied' | 'unknown';
  analytics: 'granted' | 'denied' | 'unknown';
  /** The browser's Global Privacy Control signal: an opt-out of sale and sharing. */
  gpc: boolean;
}

/** What is known of a person besides the event at hand. All of it may be absent. */
export interface KnownPerson {
  user_id?: string | undefined;
  traits?: JsonObject | undefined;
  /** Seen with the person last, on any event or identify. */
  context?: Pick<EventContext, 'click_ids' | 'ga' | 'heap' | 'ip' | 'user_agent' | 'locale'> | undefined;
  /** When its `fbclid` was seen, in milliseconds since 1970. */
  clicked_at?: number | undefined;
  /** The newest one, from whatever event or identify. */
  consent?: ConsentSnapshot | undefined;
}

/**
 * Joins an event with what is known of its person. The event's own context wins, since it was there; a purpose that
 * either denies is denied, so that a withdrawal holds for what was captured before it.
 */
export function readPerson(event: WireEvent, known: KnownPerson, at: number): Person {
  const own = event.context ?? {};
  const last = known.context ?? {};
  const { fbclid } = own.click_ids ?? {};
  const isNewClick = fbclid && fbclid !== last.click_ids?.fbclid;
  const choice = (purpose: 'ad_user_data' | 'ad_personalization' | 'analytics') => {
    const said = [event.consent?.[purpose], known.consent?.[purpose]];
    return said.includes('denied') ? 'denied' : said.includes('granted') ? 'granted' : 'unknown';
  };
  return {
    user_id: event.user_id ?? known.user_id,
    anonymous_id: event.anonymous_id,
    traits: known.traits ?? {},
    click_ids: { ...last.click_ids, ...present(own.click_ids) },
    // Later events repeat the id; the click was once.
    clicked_at: isNewClick ? at : (known.clicked_at ?? at),
    // A session belongs to the client that had it, so the two are never mixed.
    ga: own.ga?.client_id ? own.ga : (last.ga ?? own.ga ?? {}),
    heap: own.heap?.user_id ? own.heap : (last.heap ?? own.heap ?? {}),
    ip: own.ip ?? last.ip,
    user_agent: own.user_agent ?? last.user_agent,
    locale: own.locale ?? last.locale,
    consent: {
      ad_user_data: choice('ad_user_data'),
      ad_personalization: choice('ad_personalization'),
      analytics: choice('analytics'),
      gpc: event.consent?.gpc === true || known.consent?.gpc === true,
    },
  };
}

const present = (ids: ClickIds = {}): ClickIds =>
  Object.fromEntries(Object.entries(ids).filter(([, id]) => id !== undefined && id !== ''));

/** The hashes of a trait, one or a list of them; whatever is not SHA-256 is no hash and never leaves. */
export function hashesOf(traits: JsonObject, name: string): string[] {
  return [traits[name]]
    .flat()
    .flatMap((value) => (typeof value === 'string' ? (sha256Hex(value) ?? []) : []));
}

/** A trait in clear, trimmed. */
export function textOf(traits: JsonObject, name: string): string | undefined {
  const value = traits[name];
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
  return text === '' ? undefined : text;
}

/** `DE`, whatever case it was written in; a country's name is none. */
export function countryOf(traits: JsonObject): string | undefined {
  const text = textOf(traits, 'country');
  return text && /^[a-z]{2}$/i.test(text) ? text.toUpperCase() : undefined;
}
