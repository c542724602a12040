import { createNodeClient } from '@tracklayer/node';
import { createSqliteStore, serveRelay } from '@tracklayer/relay';

const key = 'tlk_consumer_0123456789';
const relay = await serveRelay({
  store: createSqliteStore({ path: ':memory:' }),
  keys: [{ environment: 'test', secret: key }],
  port: 0,
});
const tracklayer = createNodeClient({ endpoint: relay.url, key });
const receipt = tracklayer.capture({
  event: 'purchase',
  user_id: 'cust_2048',
  properties: { order_id: 'ord_10492', value: 129.95, currency: 'EUR' },
});
await tracklayer.flush();
const { status } = await receipt.settled();
await tracklayer.close();
await relay.close();
if (status !== 'delivered') throw new Error(status);
