import { expect, test } from '@tracklayer/testing/playwright';

test('a paid order is one purchase', async ({ page, relay }) => {
  await page.goto('/');
  await page.click('#pay');
  await page.waitForURL('**/thanks');
  await page.reload(); // The order is captured again, and sent no second time.
  await expect(relay).toHaveCapturedOnce('purchase', { order_id: 'ord_10492', value: 129.95 });
  await expect(relay).toHaveCapturedOnly(['purchase']);
  expect(relay).not.toHaveLeaked();
});

test('an order whose request was cut is one purchase', async ({ page, relay }) => {
  relay.cut();
  await page.goto('/thanks');
  await expect(relay).toHaveCapturedOnce('purchase');
  expect(relay.requests.map(({ attempt }) => attempt)).toEqual([1, 2]);
});

test('when nothing arrived, the failure says why', async ({ page, relay }) => {
  await page.goto('/thanks?currency=euro');
  const why = await expect(relay)
    .toHaveCaptured('purchase', {}, { timeoutMs: 500 })
    .catch((error: Error) => error.message);
  expect(why).toContain('the client refused purchase: [invalid_event]');
});
