import type { WireEvent, WireIdentify } from '@tracklayer/core';

/** The guide's order. */
export function paidOrder(fields: Partial<WireEvent> = {}): WireEvent {
  return {
    event: 'purchase',
    event_id: 'ord_10492_purchase',
    user_id: 'cust_2048',
    anonymous_id: 'anon_91b2',
    properties: { order_id: 'ord_10492', value: 129.95, currency: 'EUR' },
    source: 'heap',
    occurred_at: '2026-11-23T10:15:30.123Z',
    ...fields,
  };
}

/** Orders that differ in their number: `ord_1_purchase`, `ord_2_purchase`, … */
export function paidOrders(count: number): WireEvent[] {
  return Array.from({ length: count }, (_, place) =>
    paidOrder({
      event_id: `ord_${place + 1}_purchase`,
      properties: { order_id: `ord_${place + 1}`, value: 10 + place, currency: 'EUR' },
    }),
  );
}

/** The guide's handoff: an anonymous visitor becomes a customer. */
export function signedUp(fields: Partial<WireIdentify> = {}): WireIdentify {
  return {
    user_id: 'cust_2048',
    anonymous_id: 'anon_91b2',
    traits: { plan: 'pro', country: 'DE' },
    occurred_at: '2026-11-23T10:00:00.000Z',
    source: 'server',
    ...fields,
  };
}
