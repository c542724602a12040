import type { JsonObject } from '@tracklayer/core';
import type { AcceptedEvent, KnownPerson } from '../src/index.ts';

export const now = Date.parse('2026-11-26T10:00:00.000Z');
export const hash = 'b36a83701f1c3191e19722d6f90274bc1b5501fe69ebf33313e440fe4b0fe210';
export const known: KnownPerson = {
  traits: { email_sha256: hash, phone_sha256: hash, phone_sha256_digits: hash },
};

/** An order that every platform takes. */
export const paidOrder = (change: Partial<AcceptedEvent> = {}): AcceptedEvent => ({
  event: 'purchase',
  event_id: 'ord_1_purchase',
  user_id: 'cust_2048',
  occurred_at: '2026-11-26T09:59:00.000Z',
  properties: { order_id: 'ord_1', value: 129.95, currency: 'EUR' },
  consent: { ad_user_data: 'granted', ad_personalization: 'granted', analytics: 'granted' },
  context: { ga: { client_id: '1.2' } },
  ...change,
});

export const order = (properties: JsonObject): AcceptedEvent =>
  paidOrder({ properties: { order_id: 'ord_1', value: 129.95, currency: 'EUR', ...properties } });

/** Settings with which each of the ten works. */
export const working = {
  meta: { dataset: '1', token: 't' },
  google: {
    account: '1',
    conversionActions: { purchase: '7' },
    serviceAccount: '{"client_email":"a@b.iam.gserviceaccount.com","private_key":"k"}',
  },
  ga4: { measurementId: 'G-1', apiSecret: 's' },
  linkedin: { rules: { purchase: '5' }, token: 't' },
  hubspot: { token: 't', userIdProperty: 'tracklayer_id' },
  salesforce: {
    instanceUrl: 'https://acme.my.salesforce.com',
    object: 'Order__c',
    externalId: 'Id__c',
    clientId: 'c',
    clientSecret: 's',
  },
  tiktok: { pixel: 'P', token: 't' },
  webhook: { url: 'https://hooks.example.com/tl', secret: 'a secret of some length' },
  heap: { appId: '11' },
  'dry-run': {},
} as const;

export type Type = keyof typeof working;
export const types = Object.keys(working) as Type[];
