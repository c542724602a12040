import { fieldsOf, listOf, type Platform } from './platform.ts';

/** One bad event fails the whole request, and Heap does not say which. */
export const heap: Platform = {
  throttled: { status: 429, body: 'too many requests' },
  unauthorized: { status: 400, body: 'invalid app_id' },
  sunset: { status: 404, body: 'not found' },
  answer({ method, path, json }, { ledger }) {
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
