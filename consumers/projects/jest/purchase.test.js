const { createClient, createMemoryTransport } = require('@tracklayer/core');
const { createNodeClient } = require('@tracklayer/node');

test('an order becomes one purchase', async () => {
  const transport = createMemoryTransport();
  const client = createClient({ transport });
  client.capture({
    event: 'purchase',
    user_id: 'cust_2048',
    properties: { order_id: 'ord_10492', value: 129.95, currency: 'EUR' },
  });
  await client.close();
  expect(transport.delivered).toMatchObject([{ event_id: 'ord_10492_purchase' }]);
});

test('the server package loads', () => {
  expect(typeof createNodeClient).toBe('function');
});
