/** The guide's purchase. */
export const paidOrder = (order_id = 'ord_10492') =>
  ({
    event: 'purchase',
    user_id: 'cust_2048',
    properties: { order_id, value: 129.95, currency: 'EUR' },
  }) as const;
