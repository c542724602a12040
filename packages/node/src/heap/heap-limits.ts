import type { Limit, Need } from './pace.ts';

/** One of Heap's paths for messages. */
export interface HeapEndpoint {
  path: string;
  /** The field that holds several messages of one request. Absent: it takes one at a time. */
  list?: string;
  isEvents?: true;
}

// As documented, with a second more: what leaves here evenly may arrive closer together.
const requestsPerPerson: Limit = { count: 30, perMs: 31_000 };
const bulkEventsPerPerson: Limit = { count: 1_000, perMs: 61_000 };
const eventsPerApp: Limit = { count: 15_000, perMs: 61_000 };
// Ours: a minute's events one by one are not to be as many sockets at once.
const requestsPerClient: Limit = { count: 250, perMs: 1_000 };

/** What a request with these messages uses up of Heap's limits. */
export function needsOf(
  { path, isEvents }: HeapEndpoint,
  bodies: readonly Record<string, unknown>[],
): readonly Need[] {
  const messages = new Map<string, number>();
  for (const { identity, user_id, account_id } of bodies) {
    const whom = JSON.stringify([identity, user_id, account_id]);
    messages.set(whom, (messages.get(whom) ?? 0) + 1);
  }
  const needs: Need[] = [{ key: 'requests', amount: 1, limit: requestsPerClient }];
  for (const [whom, amount] of messages) {
    needs.push({ key: `${path} ${whom}`, amount: 1, limit: requestsPerPerson });
    if (isEvents) needs.push({ key: `events ${whom}`, amount, limit: bulkEventsPerPerson });
  }
  if (isEvents) needs.push({ key: 'events', amount: bodies.length, limit: eventsPerApp });
  return needs;
}
