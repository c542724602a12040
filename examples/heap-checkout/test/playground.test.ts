import { createSqliteStore, serveRelay } from '@tracklayer/relay';
import axe from 'axe-core';
import { chromium } from 'playwright';
import { expect, onTestFinished, test } from 'vitest';
import { chromiumLaunchOptions } from '../../../tools/chromium.ts';
import { putRegistry, startPlatforms } from '../platforms.ts';
import { createPlayground } from '../server/playground.ts';
import { startShop } from '../server/shop-server.ts';
import { registry } from '../tracklayer.ts';

test('the playground shows beside the shop what Heap saw, what was promoted and what arrived', async () => {
  const key = 'tlk_playground_0123456789';
  const platforms = await startPlatforms();
  const relay = await serveRelay({
    store: createSqliteStore({ path: ':memory:' }),
    keys: [{ environment: 'demo', secret: key, scopes: ['events:write', 'events:read', 'registry:write'] }],
    port: 0,
    ...platforms.relay,
  });
  await putRegistry({ url: relay.url, key }, registry.entries, 0);
  const playground = await createPlayground({ url: relay.url, key });
  const shop = await startShop({ relayUrl: relay.url, relayKey: key, playground });
  const browser = await chromium.launch(chromiumLaunchOptions());
  onTestFinished(async () => {
    await browser.close();
    await shop.close();
    await relay.close();
    await platforms.sandbox.close();
  });
  const page = await browser.newPage({ viewport: { width: 1_500, height: 850 } });
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await page.goto(`${shop.url}/playground`);
  // The key stays on the server.
  expect(await page.content()).not.toContain(key);

  const frame = page.frameLocator('iframe');
  const textOf = (section: string) => page.getByRole('region', { name: section }).innerText();
  await frame.getByText('Copper').click();
  await expect.poll(() => textOf('Heap saw')).toContain('click, by itself');
  await frame.locator('#add-to-cart').click();
  await frame.getByText('Continue').click();
  await frame.getByText('Sign up').click();
  await frame.locator('#card').fill('4242424242424242');
  await frame.locator('#pay').click();
  await expect.poll(() => textOf('Heap saw')).toContain('Order Completed');
  await expect.poll(() => textOf('Promoted')).toContain('purchase ord_10492_purchase: delivered');
  expect(await textOf('Promoted')).toContain('a condition of its entry does not hold');
  shop.paymentWebhook('ord_10492');
  await expect.poll(() => textOf('Arrived')).toMatch(/ord_10492_purchase\s+duplicate from the backend/);
  // Add to cart, sign-up, checkout and order.
  expect(await textOf('Arrived')).toMatch(/^3\. Arrived 4\n/);
  await expect.poll(() => textOf('Arrived')).toMatch(/HubSpot 4\b/);

  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<{ violations: { id: string }[] }>('axe.run()');
  expect(violations.map(({ id }) => id)).toEqual([]);
  await page.getByRole('button', { name: 'ord_10492_purchase' }).first().click();
  await expect.poll(() => textOf('Arrived')).toContain('heap "Order Completed" is approved as purchase');
  expect(complaints).toEqual([]);
});
