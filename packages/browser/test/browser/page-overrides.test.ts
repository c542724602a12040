import { beforeEach, expect, test } from 'vitest';
import { clearPage, openClient, purchase, replaceProperty, storedMessages } from './page.ts';
import { installPageRelay } from './page-relay.ts';

beforeEach(clearPage);

test('P-4 a page whose Array.prototype.push returns nothing delivers, and keeps nothing behind', async () => {
  const relay = installPageRelay();
  const client = openClient();
  replaceProperty(Array.prototype, 'push', {
    writable: true,
    value(this: unknown[], ...items: unknown[]) {
      for (const item of items) this[this.length] = item;
    },
  });
  client.identify({ user_id: 'cust_2048' });
  client.capture(purchase('ord_1'));
  client.capture(purchase('ord_2'));
  expect(await client.flush()).toMatchObject({ delivered: 3, pending: 0 });
  expect(relay.event_ids).toContain('ord_2_purchase');
  expect(storedMessages()).toEqual([]);
});
