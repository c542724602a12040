import { webhookSignature } from '../webhook.ts';
import { fieldsOf, type Platform } from './platform.ts';

/** What the sandbox's webhook is signed with. */
export const webhookSecret = 'sandbox webhook secret';

/** A customer's server that checks signatures and knows events by their ids. */
export const webhook: Platform = {
  throttled: { status: 429, body: 'slow down' },
  // Any 2xx is its word, whatever the body.
  instead: { html: { status: 502, body: 'bad gateway' } },
  unauthorized: { status: 401, body: 'wrong signature' },
  sunset: { status: 410, body: 'gone' },
  answer({ method, headers, text, json }, { ledger }) {
    if (method !== 'POST') return { status: 405, body: 'send POST' };
    const given = headers['tracklayer-signature'] ?? '';
    const seconds = Number(/^t=(\d+)/.exec(given)?.[1]);
    if (webhookSignature(webhookSecret, text, seconds * 1_000)['tracklayer-signature'] !== given)
      return webhook.unauthorized;
    const event = fieldsOf(fieldsOf(json)['event']);
    ledger.add(String(event['event_id']), event);
    return { status: 200, body: { ok: true } };
  },
};
