import { createClient } from '@tracklayer/core';
import { paidOrder, qualifiedLead, signUp } from '@tracklayer/testing';
import { expect, test } from 'vitest';

test('P-2 the builders make whole events, and take single properties', () => {
  const ids: (string | null)[] = [];
  const client = createClient({ transport: { send: async () => ({ status: 503, body: '' }) }, strict: true });
  for (const event of [paidOrder({ properties: { order_id: 'ord_2' } }), signUp(), qualifiedLead()]) {
    ids.push(client.capture(event).event_id);
  }
  expect(ids).toEqual(['ord_2_purchase', 'cust_2048_sign_up', 'lead_731.sales_qualified_qualify_lead']);
  expect(paidOrder({ properties: { order_id: 'ord_2' } }).properties).toMatchObject({ value: 129.95 });
});
