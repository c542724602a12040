import type { Lists } from './lists.ts';
import { fieldsOf, listOf, type Fields, type Platform, type SandboxAnswer } from './platform.ts';

/** One bad event fails the whole request, and Heap does not say which. */
export const heap: Platform = {
  throttled: { status: 429, body: 'too many requests' },
  unauthorized: { status: 400, body: 'invalid app_id' },
  sunset: { status: 404, body: 'not found' },
  answer({ method, path, json }, { ledger, lists }) {
    if (method === 'POST' && path === '/api/add_user_properties') return addProperties(fieldsOf(json), lists);
    if (method !== 'POST' || path !== '/api/track') return heap.sunset;
    const { app_id, events, ...single } = fieldsOf(json);
    if (!/^\d+$/.test(String(app_id))) return heap.unauthorized;
    const list = (events === undefined ? [single] : listOf(events)).map(fieldsOf);
    const isBad = list.some(({ event, identity, user_id, properties }) => {
      const isNested = Object.values(fieldsOf(properties)).some((value) => typeof value === 'object');
      return typeof event !== 'string' || event.length > 1_024 || !(identity ?? user_id) || isNested;
    });
    if (isBad || list.length === 0 || list.length > 1_000) return { status: 400, body: 'bad request' };
    for (const event of list) ledger.add(String(event['idempotency_key']), event);
    return { status: 200, body: {} };
  },
};

const keptNames = new Set(['id', 'ID', 'Id', 'user_id']);

/** Bulk: properties are added to those that a user has. */
function addProperties({ app_id, users }: Fields, lists: Lists): SandboxAnswer {
  if (!/^\d+$/.test(String(app_id))) return heap.unauthorized;
  const list = listOf(users).map(fieldsOf);
  const isBad = list.some(
    ({ identity, properties }) =>
      Object.entries(fieldsOf(properties)).some(
        ([name, value]) =>
          keptNames.has(name) ||
          typeof value === 'object' ||
          (typeof value === 'string' && value.length >= 1_024),
      ) ||
      typeof identity !== 'string' ||
      identity.length > 255,
  );
  if (isBad || list.length === 0 || list.length > 1_000) return { status: 400, body: 'bad request' };
  for (const { identity, properties } of list) {
    const before = fieldsOf(lists.of('users').get(String(identity)));
    lists.put('users', String(identity), { ...before, ...fieldsOf(properties) });
  }
  return { status: 200, body: {} };
}
