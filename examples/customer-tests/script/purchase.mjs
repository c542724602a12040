// No test runner: a script that fails by throwing, as in a Playwright fixture or a smoke test after a release.
import { createNodeClient } from '@tracklayer/node';
import { assertCapturedOnce, assertNotLeaked, createTestRelay } from '@tracklayer/testing';
import { orderPaid } from '../order-paid.cjs';

const relay = await createTestRelay({ port: 0 });
const tracklayer = createNodeClient({ endpoint: relay.endpoint });
const order = { id: 'ord_10492', customer: 'cust_2048', total: 129.95, currency: 'EUR' };
orderPaid(tracklayer, order);
orderPaid(tracklayer, order); // The payment provider tells it twice.
await tracklayer.close();
await assertCapturedOnce(relay, 'purchase', { order_id: 'ord_10492', value: 129.95 });
assertNotLeaked(relay);
await relay.close();
console.log('a paid order is one purchase');
