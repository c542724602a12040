import type { RelayRecord } from '../test-relay/recording.ts';
import type { Testimony } from '../witness/testimony.ts';
import { differences } from './differences.ts';
import { tellNearest } from './nearest.ts';
import { tellSilence } from './silence.ts';
import type { Candidate, MatcherResult } from './verdict.ts';

/**
 * An event's name, or fields of it: `{ event: 'purchase', user_id: 'cust_2048' }`,
 * `{ event: 'purchase', properties: { order_id: 'ord_10492' } }`.
 */
export type ExpectedEvent = string | { readonly event: string; readonly [field: string]: unknown };

/** The fields that an event must have. @throws TypeError where nothing is named: it would match every event. */
export function expectedFields(
  event: ExpectedEvent,
  properties?: object,
): { readonly event: string; readonly [field: string]: unknown } {
  const fields = typeof event === 'string' ? { event } : event;
  if (!fields?.event) {
    throw new TypeError("pass the event's name, or { event, … }: toHaveCaptured('purchase')");
  }
  return { ...fields, ...(properties && { properties }) };
}

/** The counted events that have at least these fields. */
export function findCaptured(relay: RelayRecord, expected: object): RelayRecord['events'] {
  return relay.events.filter((each) => differences(expected, each).length === 0);
}

/** Whether events with this name, fields and properties were counted; with `isOnce`, whether exactly one was. */
export function judgeCaptured(
  relay: RelayRecord,
  expected: { readonly event: string },
  isOnce: boolean,
  testimony: Testimony,
): MatcherResult {
  const found = findCaptured(relay, expected);
  const ids = found.map(({ event_id }) => event_id).join(', ');
  const pass = isOnce ? found.length === 1 : found.length > 0;
  return {
    pass,
    message() {
      if (pass) return `expected no such ${expected.event}${isOnce ? ' once' : ''}, but ${ids} was captured`;
      if (found.length > 1) return `expected one such ${expected.event}, got ${found.length}: ${ids}`;
      const start = `expected ${expected.event} to have been captured${isOnce ? ' once' : ''}`;
      return tellMissing(start, relay, expected, testimony);
    },
  };
}

/** A first line, then the nearest event and where it differs, or why there is none. */
export function tellMissing(
  start: string,
  relay: RelayRecord,
  expected: { readonly event: string },
  testimony: Testimony,
): string {
  const nearest = tellNearest(candidatesOf(relay), expected, 'event') || tellRequests(relay);
  return [`${start}; ${nearest}`, ...tellSilence(expected.event, relay, testimony)].join('\n');
}

function candidatesOf({ events, requests }: RelayRecord): Candidate[] {
  const rejected = requests.flatMap(({ kind, messages, verdicts = [] }) =>
    kind !== 'capture'
      ? []
      : verdicts.flatMap(({ status, errors = [] }, place) => {
          const value = messages[place];
          if (status !== 'rejected' || !value) return [];
          const refusal = errors.map(({ path, message }) => `${path} ${message}`).join('; ');
          return [{ name: nameOf(value), value, refusal }];
        }),
  );
  return [...events.map((value) => ({ name: nameOf(value), value })), ...rejected];
}

export const nameOf = ({ event, event_id }: { event?: string; event_id?: string | undefined }): string =>
  `${event ?? 'an event without name'} ${JSON.stringify(event_id ?? 'without id')}`;

/** What came instead of any event. */
export function tellRequests({ requests }: RelayRecord): string {
  if (requests.length === 0) return 'no request reached the relay';
  const unread = requests.filter(({ verdicts }) => !verdicts).length;
  return `${requests.length} requests reached the relay${unread > 0 ? `, ${unread} of them met a scripted fault` : ''}, and none was such`;
}
