/** A purchase of about 420 bytes, as shops send them. */
export const order = (index: number) => ({
  event: 'purchase' as const,
  user_id: `cust_${index % 1_000}`,
  anonymous_id: 'anon_0190b7a4-4f3f-7e1c-9f57-0f2f1c9d7a11',
  properties: {
    order_id: `ord_${index}`,
    value: 129.95,
    currency: 'EUR',
    coupon: 'WELCOME10',
    items: [{ item_id: 'sku_1', item_name: 'Trail shoe', price: 129.95, quantity: 1 }],
  },
  source: 'server',
  context: { page: { url: 'https://shop.example.com/thank-you' }, locale: 'de-DE' },
});
