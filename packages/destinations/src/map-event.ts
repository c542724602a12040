import { sha256Hex, type WireEvent } from '@tracklayer/core';
import { meets } from '@tracklayer/core/adapter';
import type { AnyDestination, ConsentPurpose, Destination, OutgoingEvent } from './destination.ts';
import { refusalOfMoney } from './money.ts';
import { readPerson, type KnownPerson, type Person } from './person.ts';
import { refuse, type Mapped, type Refusal } from './refusal.ts';
import type { CommonSettings, PayloadMap } from './settings.ts';

/** An event whose time is known, as the relay keeps it. */
export type AcceptedEvent = WireEvent & { occurred_at: string };

export interface MapOptions {
  /** Milliseconds since 1970, for the age of the event. */
  now: number;
  /** Milliseconds on a clock that only goes forward, to tell a slow `map`. Default `performance.now`. */
  monotonic?: (() => number) | undefined;
}

const defaultFutureMs = 60_000;
/** A customer's `map` runs between requests; one that takes longer would hold up everything else. */
const longestMapMs = 1_000;
const maxPayloadBytes = 130_000;

/**
 * Maps one event for one destination: is it offered there, does its `when` hold, is it young enough, may it leave, is its
 * money right; then the destination's own `map`, then the customer's, whose result is checked again.
 *
 * @returns `{ payload, bytes, deadline }`, or `{ refused: { reason, fields? } }`. `bytes` is the payload's length as JSON;
 *   it is not to be sent after `deadline`, in milliseconds since 1970. Never throws.
 * @example
 * mapEvent(meta, purchase, { traits: { email_sha256 } }, { dataset: '123', token }, { now: Date.now() });
 */
export function mapEvent<Settings extends CommonSettings<Payload>, Payload extends object>(
  destination: Destination<Settings, Payload>,
  event: AcceptedEvent,
  known: KnownPerson,
  settings: NoInfer<Settings>,
  { now, monotonic = () => performance.now() }: MapOptions,
): { payload: Payload; bytes: number; deadline: number } | { refused: Refusal } {
  const name = nameThere(destination, settings, event.event);
  if (name === undefined) return refuse('not_mapped');
  const at = Date.parse(event.occurred_at);
  if (Number.isNaN(at)) return refuse('invalid_value', ['occurred_at']);
  const properties = event.properties ?? {};
  const { event: canonical, event_id, occurred_at, account_id, source, context = {} } = event;
  const outgoing: OutgoingEvent = {
    event: canonical,
    event_id,
    name,
    occurred_at,
    at,
    properties,
    context,
    account_id,
    source,
  };
  if (settings.when && !meets(properties, settings.when)) return refuse('unmet');
  const person = readPerson(event, known, at);
  const deadline = deadlineOf(destination, outgoing);
  const refusal =
    refusalOfAge(destination, outgoing, now, deadline) ??
    refusalOfConsent(settings.consent?.needs ?? destination.consent, person, settings) ??
    refusalOfMoney(properties);
  if (refusal) return refusal;
  const mapped = destination.map(outgoing, person, settings);
  if ('refused' in mapped) return mapped;
  const last = settings.map ? byCustomer(settings.map, mapped.payload, outgoing, person, monotonic) : mapped;
  if ('refused' in last) return last;
  const payload = hashesOnly(last.payload, destination) as Payload;
  const bytes = byteLength(payload);
  return bytes > maxPayloadBytes ? refuse('too_large', ['properties']) : { payload, bytes, deadline };
}

/** What an event is called there; `undefined` when it is not sent. */
export function nameThere(
  { events }: Pick<AnyDestination, 'events'>,
  settings: Pick<CommonSettings, 'events'>,
  event: string,
): string | undefined {
  const usual = events === 'all' ? event : Object.hasOwn(events, event) ? events[event] : undefined;
  if (!settings.events) return usual;
  if (Array.isArray(settings.events)) return settings.events.includes(event) ? (usual ?? event) : undefined;
  const named = settings.events as Readonly<Record<string, string | boolean>>;
  const name = Object.hasOwn(named, event) ? named[event] : false;
  return name === true ? (usual ?? event) : name || undefined;
}

/** When an event is too old for a destination, in milliseconds since 1970; `Infinity` for never. */
export function deadlineOf({ limits }: Pick<AnyDestination, 'limits'>, event: OutgoingEvent): number {
  const { maxAgeMs = Infinity } = limits;
  return event.at + (typeof maxAgeMs === 'function' ? maxAgeMs(event) : maxAgeMs);
}

function refusalOfAge(
  destination: AnyDestination,
  event: OutgoingEvent,
  now: number,
  deadline: number,
): { refused: Refusal } | undefined {
  if (now > deadline) return refuse('event_too_old', ['occurred_at']);
  const { maxFutureMs = defaultFutureMs } = destination.limits;
  return event.at > now + maxFutureMs ? refuse('event_in_future', ['occurred_at']) : undefined;
}

/** Why a person's consent keeps something here. */
export function refusalOfConsent(
  purposes: readonly ConsentPurpose[],
  { consent }: Person,
  settings: Pick<CommonSettings, 'consent'>,
): { refused: Refusal } | undefined {
  const denied = purposes.filter((purpose) => consent[purpose] === 'denied');
  if (denied.length > 0) return refuse('consent_denied', denied);
  const unknown = purposes.filter((purpose) => consent[purpose] === 'unknown');
  // The signal is an opt-out of sharing: what nobody granted aloud is then not shared, whatever the default says.
  if (unknown.length > 0 && (consent.gpc || settings.consent?.unknown !== 'granted'))
    return refuse(consent.gpc ? 'consent_denied' : 'consent_unknown', unknown);
  return undefined;
}

function byCustomer<Payload extends object>(
  map: PayloadMap<Payload>,
  payload: Payload,
  event: OutgoingEvent,
  person: Person,
  monotonic: () => number,
): Mapped<Payload> {
  const begun = monotonic();
  let result: unknown;
  try {
    result = map(payload, event, person);
  } catch (error) {
    // Its message may quote the payload.
    return refuse('map_failed', [], `threw ${error instanceof Error ? error.name : typeof error}`);
  }
  if (result === null) return refuse('left_out');
  if (typeof result !== 'object' || Array.isArray(result))
    return refuse('map_failed', [], 'must return the payload or null');
  if ('then' in result) {
    // Nobody waits for it; its rejection must not end the process.
    void Promise.resolve(result).catch(() => {});
    return refuse('map_failed', [], 'returned a promise; it must be synchronous');
  }
  if (monotonic() - begun > longestMapMs) return refuse('map_failed', [], 'took over a second');
  return { payload: result as Payload };
}

/** Leaves out whatever stands in a slot for hashes and is none. */
function hashesOnly(value: unknown, { isHashSlot }: Pick<AnyDestination, 'isHashSlot'>): unknown {
  if (!isHashSlot) return value;
  const clean = (part: unknown, isSlot: boolean): unknown => {
    if (Array.isArray(part))
      return part.map((entry) => clean(entry, isSlot)).filter((entry) => entry !== undefined);
    if (typeof part === 'object' && part !== null) {
      const holder = part as Record<string, unknown>;
      const kept: [string, unknown][] = [];
      for (const key of Object.keys(holder)) {
        const entry = clean(holder[key], isHashSlot(key, holder));
        if (entry !== undefined) kept.push([key, entry]);
      }
      return Object.fromEntries(kept);
    }
    return isSlot && !(typeof part === 'string' && sha256Hex(part) === part) ? undefined : part;
  };
  return clean(value, false);
}

function byteLength(payload: object): number {
  try {
    return Buffer.byteLength(JSON.stringify(payload));
  } catch {
    // A cycle from a customer's map has no end.
    return Infinity;
  }
}
