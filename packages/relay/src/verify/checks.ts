import type { Json, JsonObject } from '@tracklayer/core';
import type { Hop, Trace } from '../trace/trace.ts';
import { arrivalCheck } from './arrival-check.ts';
import { downstreamCheck } from './downstream-check.ts';
import type { Expectation } from './expectation.ts';
import { eventIdCheck } from './event-id-check.ts';
import { failed, hopOf, ok, type Seen } from './seen.ts';
import type { Check } from './verification.ts';

/** Holds one trace against what was expected (pure). The guide's four checks come first, after the arrival. */
export function checkTrace(trace: Trace, expected: Expectation): Check[] {
  const copies = hopOf(trace, 'copies');
  const arrival = arrivalCheck(trace, expected);
  if (arrival.verdict !== 'ok' || !copies) return [arrival];
  const { properties, conflict_fields, user_id } = copies.value;
  const seen: Seen = {
    trace,
    copies,
    properties: isObject(properties) ? properties : {},
    conflict_fields: Array.isArray(conflict_fields) ? (conflict_fields as string[]) : [],
    user_id: typeof user_id === 'string' ? user_id : undefined,
  };
  return [
    arrival,
    userCheck(seen, expected),
    businessIdCheck(seen, expected),
    eventIdCheck(seen, expected),
    ...(expected.destination === 'none' ? [] : [downstreamCheck(trace, expected)]),
    timeCheck(seen, expected),
    consentCheck(seen, expected),
    ...('value' in seen.properties || 'currency' in seen.properties ? [valueCheck(seen, expected)] : []),
  ];
}

function userCheck({ trace, conflict_fields }: Seen, { user_id }: Expectation): Check {
  const person = hopOf(trace, 'person');
  const known = person?.value['user_id'];
  if (conflict_fields.includes('user_id')) {
    return failed(
      'user_id',
      'user_differs',
      `copies name different users`,
      'pass the same user_id in page and server',
    );
  }
  if (typeof known !== 'string') {
    const advice = 'call identify({ user_id, anonymous_id }) at sign-up or login';
    return {
      ...failed('user_id', 'user_not_identified', 'only an anonymous id', advice),
      verdict: 'waiting',
    };
  }
  return known === user_id
    ? ok('user_id', known)
    : failed(
        'user_id',
        'user_differs',
        known,
        `page or server named another user than ${user_id}; use one user_id for both`,
      );
}

function businessIdCheck({ properties, conflict_fields }: Seen, expected: Expectation): Check {
  const { key_properties, event } = expected;
  const names = key_properties.filter((name) => name in properties);
  if (key_properties.length === 0) return ok('business_id', `${event} has no business id of its own`);
  if (names.length === 0) {
    return failed(
      'business_id',
      'business_id_missing',
      'none',
      `capture it with ${key_properties.join(' or ')}`,
    );
  }
  const seen = names.map((name) => `${name} ${shown(properties[name])}`).join(', ');
  const differing = names.find(
    (name) =>
      conflict_fields.includes(`properties.${name}`) ||
      (name in expected.properties && !isSame(expected.properties[name], properties[name])),
  );
  return differing === undefined
    ? ok('business_id', seen)
    : failed(
        'business_id',
        'business_id_differs',
        seen,
        `take ${differing} from the same place in page and server`,
      );
}

function timeCheck({ copies }: Seen, { occurred_at: expected }: Expectation): Check {
  const { occurred_at, client_occurred_at } = copies.value;
  const seen = typeof occurred_at === 'string' ? occurred_at : (copies.at ?? '');
  if (typeof client_occurred_at === 'string') {
    const offSeconds = Math.round((Date.parse(client_occurred_at) - Date.parse(seen)) / 1_000);
    const off = `${Math.abs(offSeconds)} s ${offSeconds < 0 ? 'behind' : 'ahead'}`;
    const advice = 'the relay corrected it; set the clock of the machine that captures (NTP)';
    return failed('timestamp', 'clock_off', `${seen}; the clock of the client is ${off}`, advice);
  }
  const differs = expected !== undefined && toSecond(expected) !== toSecond(seen);
  return differs
    ? failed('timestamp', 'time_differs', `${seen} in place of ${expected}`, 'hand occurred_at on as it is')
    : ok('timestamp', seen);
}

function consentCheck({ trace }: Seen, expected: Expectation): Check {
  const hop = hopOf(trace, 'consent');
  if (!hop || hop.verdict === 'missing') {
    // A CRM stands on a basis of its own: what was accepted, or not to be sent, needs no snapshot.
    const isNeeded = expected.destination !== 'none' && downstreamCheck(trace, expected).verdict !== 'ok';
    if (!isNeeded) return ok('consent', 'not asked for, and not needed');
    return failed('consent', 'consent_missing', 'not asked for', hop?.advice);
  }
  return hop.verdict === 'ok'
    ? ok('consent', hop.detail)
    : failed('consent', 'consent_denied', hop.detail, hop.advice);
}

function valueCheck({ properties, conflict_fields, copies }: Seen, expected: Expectation): Check {
  const { value, currency } = properties;
  const seen = `${shown(value)} ${shown(currency)}`;
  const isDiffering = (['value', 'currency'] as const).some(
    (name) =>
      conflict_fields.includes(`properties.${name}`) ||
      (name in expected.properties && !isSame(expected.properties[name], properties[name])),
  );
  if (isDiffering) {
    const advice = 'take value and currency from the same place in page and server: the first copy counts';
    return failed('value', 'value_differs', `${seen}${othersIn(copies)}`, advice);
  }
  if (value === undefined || currency === undefined) {
    return failed('value', 'value_missing', seen, 'capture it with value and currency');
  }
  const count = Number(copies.value['copies']);
  return ok('value', count > 1 ? `${seen} in ${count} copies` : seen);
}

/** What later copies say instead, as the relay remembers it of the first few. */
function othersIn({ value: { later_copies } }: Hop): string {
  const later = (Array.isArray(later_copies) ? later_copies : []) as {
    source: string | null;
    conflicts: JsonObject;
  }[];
  return later
    .flatMap(({ source, conflicts }) => {
      const own = [conflicts['properties.value'], conflicts['properties.currency']].filter(
        (one) => one !== undefined,
      );
      return own.length > 0 ? [`, and ${own.map(shown).join(' ')} from ${source ?? 'no source'}`] : [];
    })
    .join('');
}

const shown = (value: Json | undefined): string =>
  value === undefined ? 'missing' : typeof value === 'string' ? value : JSON.stringify(value);

/** `10492` and `"10492"` make one id (docs/wire.md W-6). */
const isSame = (a: Json | undefined, b: Json | undefined): boolean => shown(a).trim() === shown(b).trim();

const toSecond = (time: string): number => Math.floor(Date.parse(time) / 1_000);

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
