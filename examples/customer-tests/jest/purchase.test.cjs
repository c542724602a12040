const { createNodeClient } = require('@tracklayer/node');
const { createTestRelay } = require('@tracklayer/testing');
require('@tracklayer/testing/jest');
const { orderPaid } = require('../order-paid.cjs');

test('a paid order is one purchase', async () => {
  const relay = await createTestRelay();
  const tracklayer = createNodeClient({ endpoint: relay.endpoint });
  const order = { id: 'ord_10492', customer: 'cust_2048', total: 129.95, currency: 'EUR' };
  orderPaid(tracklayer, order);
  orderPaid(tracklayer, order); // The payment provider tells it twice.
  await tracklayer.close();
  await expect(relay).toHaveCapturedOnce('purchase', { order_id: 'ord_10492', value: 129.95 });
  expect(relay).not.toHaveLeaked();
  await relay.close();
});
