import { fieldsOf, listOf, type Platform } from './platform.ts';

const hours72 = 72 * 3_600_000;

/** Says 204 to everything it throws away too; only purchases are counted once. */
export const ga4: Platform = {
  throttled: { status: 429 },
  unauthorized: { status: 204 },
  sunset: { status: 404 },
  answer({ method, path, query, json }, { ledger, now }) {
    if (method !== 'POST' || !/^\/(debug\/)?mp\/collect$/.test(path)) return { status: 404 };
    const { client_id, app_instance_id, timestamp_micros, events } = fieldsOf(json);
    const list = listOf(events).map(fieldsOf);
    const isKnown = query.has('api_secret') && (query.has('measurement_id') || query.has('firebase_app_id'));
    const isYoung = Number(timestamp_micros) / 1_000 > now() - hours72;
    const isGood =
      isKnown && isYoung && Boolean(client_id ?? app_instance_id) && list.length > 0 && list.length <= 25;
    if (path.startsWith('/debug'))
      return {
        status: 200,
        body: { validationMessages: isGood ? [] : [{ description: 'The event cannot be used.' }] },
      };
    if (!isGood) return { status: 204 };
    for (const event of list) {
      const { transaction_id } = fieldsOf(event['params']);
      const isPurchase = event['name'] === 'purchase';
      const key = isPurchase
        ? `purchase/${String(transaction_id)}`
        : `${String(event['name'])}/${String(timestamp_micros)}/${String(client_id)}`;
      ledger.add(key, { ...event, client_id }, { deduplicates: isPurchase });
    }
    return { status: 204 };
  },
};
