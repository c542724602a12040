import type { RelayRecord } from '../test-relay/test-relay.ts';
import { differences } from './differences.ts';
import { tellNearest } from './nearest.ts';
import type { Candidate, MatcherResult } from './verdict.ts';

/** An event's name, or fields of it: `{ event: 'purchase', user_id: 'cust_2048' }`. */
export type ExpectedEvent = string | { readonly event: string; readonly [field: string]: unknown };

/** Whether events with this name, fields and properties were counted; with `isOnce`, whether exactly one was. */
export function judgeCaptured(
  relay: RelayRecord,
  event: ExpectedEvent,
  properties: object | undefined,
  isOnce: boolean,
): MatcherResult {
  const { event: name } = typeof event === 'string' ? { event } : (event ?? {});
  // A variable that is undefined would match every event.
  if (!name) throw new TypeError("pass the event's name, or { event, … }: toHaveCaptured('purchase')");
  const expected = { ...(typeof event === 'string' ? { event } : event), ...(properties && { properties }) };
  const found = relay.events.filter((each) => differences(expected, each).length === 0);
  const ids = found.map(({ event_id }) => event_id).join(', ');
  const pass = isOnce ? found.length === 1 : found.length > 0;
  return {
    pass,
    message() {
      if (pass) return `expected no such ${expected.event}${isOnce ? ' once' : ''}, but ${ids} was captured`;
      if (found.length > 1) return `expected one such ${expected.event}, got ${found.length}: ${ids}`;
      const nearest = tellNearest(candidatesOf(relay), expected, 'event') || tellRequests(relay);
      return `expected ${expected.event} to have been captured${isOnce ? ' once' : ''}; ${nearest}`;
    },
  };
}

function candidatesOf({ events, requests }: RelayRecord): Candidate[] {
  const rejected = requests.flatMap(({ kind, messages, verdicts = [] }) =>
    kind === 'identify'
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

const nameOf = ({ event, event_id }: { event?: string; event_id?: string | undefined }): string =>
  `${event ?? 'an event without name'} ${JSON.stringify(event_id ?? 'without id')}`;

/** What came instead of any event. */
export function tellRequests({ requests }: RelayRecord): string {
  if (requests.length === 0) {
    return 'no request reached the relay: flush first, take an order that this client did not send before, and in a page make the client after the relay';
  }
  const unread = requests.filter(({ verdicts }) => !verdicts).length;
  return `${requests.length} requests reached the relay${unread > 0 ? `, ${unread} of them met a scripted fault` : ''}, and none was such`;
}
