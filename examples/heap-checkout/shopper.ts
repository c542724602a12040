import { once } from 'node:events';
import type { Browser, Page } from 'playwright';
import type { ShopServer } from './server/shop-server.ts';

/** Two visits: an order whose thank-you page is reloaded and returned to, and one whose tab closes at once. */
export async function shop(
  browser: Browser,
  { url, orders, paymentWebhook, heard }: ShopServer,
): Promise<void> {
  const visitor = await browser.newContext();
  const page = await visitor.newPage();

  await page.goto(url);
  const options = await page.locator('.options button').all();
  for (const option of [...options, ...options]) await option.click();
  await page.click('#add-to-cart');
  await page.waitForURL('**/cart');
  await page.click('text=Continue');
  await page.click('text=Sign up');
  await page.waitForURL('**/checkout');
  await pay(page);
  await heapLoaded(page);
  for (let reload = 0; reload < 3; reload++) await page.reload();
  await page.goBack();
  await page.goForward();

  const hasty = await visitor.newPage();
  await hasty.goto(`${url}/checkout`);
  await pay(hasty);
  await heapLoaded(hasty);
  await hasty.close({ runBeforeUnload: true });

  // Payment providers deliver at least once.
  for (const { order_id } of [...orders, ...orders]) paymentWebhook(order_id);
  // The next page that opens, here in another tab, hands over whatever a closed one could not.
  await page.goto(url);
  await page.waitForFunction(() => Object.keys(localStorage).every((key) => !key.startsWith('tl1:m:')));
  // Heap's library sends what it saw when its page goes.
  const report = once(heard, 'report');
  await page.close({ runBeforeUnload: true });
  await report;
  await visitor.close();
}

/** Left earlier, Heap itself would not have seen the order, and there would be nothing to compare. */
async function heapLoaded(page: Page): Promise<void> {
  await page.waitForFunction(() => 'loaded' in (window as unknown as { heap: object }).heap);
}

async function pay(page: Page): Promise<void> {
  await page.fill('#card', '4242424242424242');
  await page.click('#pay');
  await page.waitForURL('**/thanks/*', { waitUntil: 'commit' });
  await page.waitForLoadState('domcontentloaded');
}
