import { expect, test } from 'vitest';
import { firstPurchase } from './first-purchase.mjs';

test('an order becomes one purchase', async () => {
  expect(await firstPurchase()).toBe('ord_10492_purchase');
});
