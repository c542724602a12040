import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstPurchase } from './first-purchase.mjs';

test('an order becomes one purchase', async () => {
  assert.equal(await firstPurchase(), 'ord_10492_purchase');
});
