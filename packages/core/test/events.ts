import type { CaptureInput } from '@tracklayer/core';

/** The guide's purchase. */
export function paidOrder(order_id = 'ord_10492', more: Partial<CaptureInput> = {}): CaptureInput {
  return {
    event: 'purchase',
    user_id: 'cust_2048',
    anonymous_id: 'anon_91b2',
    properties: { order_id, value: 129.95, currency: 'EUR' },
    source: 'server',
    ...more,
  } as CaptureInput;
}

/** `count` different purchases. */
export const paidOrders = (count: number): CaptureInput[] =>
  Array.from({ length: count }, (_, index) => paidOrder(`ord_${index + 1}`));
