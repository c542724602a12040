import { once } from 'node:events';
import type { Sandbox } from '@tracklayer/destinations/sandbox';
import type { Browser, Page } from 'playwright';
import { cohort, syncSegment } from './platforms.ts';
import type { ShopServer } from './server/shop-server.ts';

/** Two visits: an order whose thank-you page is reloaded and returned to, and one whose tab closes at once. */
export async function shop(
  browser: Browser,
  { url, orders, paymentWebhook, heard }: ShopServer,
  { relayUrl, platforms }: { relayUrl: string; platforms: Sandbox },
): Promise<{ cohort: Cohort }> {
  const visitor = await browser.newContext();
  // What Google's tag left, and what the ads' links say.
  await visitor.addCookies([{ name: '_ga', value: 'GA1.1.1186733721.1764151200', url }]);
  const page = await visitor.newPage();

  await page.goto(
    `${url}/?gclid=demo_g&fbclid=demo_f&li_fat_id=demo_l&ttclid=demo_t&utm_source=google&utm_medium=cpc`,
  );
  const options = await page.locator('.options button').all();
  for (const option of [...options, ...options]) await option.click();
  await page.click('#add-to-cart');
  await page.waitForURL('**/cart');
  await page.click('text=Continue');
  await page.click('text=Sign up');
  await page.waitForURL('**/checkout');
  // The visitor hesitates: Heap's cohort has them before they pay.
  await syncSegment(relayUrl, { add: ['cust_2048'] });
  const stalled = await heldBy(platforms, 1);
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
  await syncSegment(relayUrl, { remove: ['cust_2048'] });
  return { cohort: { stalled, bought: await heldBy(platforms, 0) } };
}

/** On how many of the cohort's two lists the visitor was, when they hesitated and after they bought. */
export interface Cohort {
  stalled: number;
  bought: number;
}

/** How many lists of the cohort have a member, once both have so many, or after a while. */
async function heldBy(platforms: Sandbox, members: number): Promise<number> {
  const lists = [platforms.members('meta', cohort.meta), platforms.members('hubspot', cohort.hubspot)];
  for (let tries = 0; tries < 150; tries++) {
    if (lists.every(({ size }) => size === members)) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return lists.filter(({ size }) => size > 0).length;
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
