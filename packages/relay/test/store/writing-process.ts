// Forked by chaos.test.ts: captures orders in batches of 20, from a place on, until it is killed, and says which ones it
// was told to be accepted.
import { openStore } from '../../src/store/open-store.ts';
import { paidOrders } from '../events.ts';

const [db = '', first = '0'] = process.argv.slice(2);
const store = await openStore(db);
const received_at = Date.parse('2026-11-23T10:15:31.000Z');
const orders = paidOrders(20_000);
for (let place = Number(first); place < orders.length; place += 20) {
  const batch = orders.slice(place, place + 20);
  const messages = batch.map((event) => ({
    event: { ...event, occurred_at: '2026-11-23T10:15:30.000Z' },
    key_properties: ['order_id'],
  }));
  const outcomes = await store.capture({ environment: 'production', received_at, messages });
  process.send?.(
    batch.filter((_, at) => outcomes[at]?.status === 'accepted').map(({ event_id }) => event_id),
  );
}
