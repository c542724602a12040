import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openConsole, withBrowser } from './opened-console.ts';
import { fillShop } from './shop-data.ts';

/** Kept by each run for people to look at, and ignored by git. */
const folder = join(import.meta.dirname, '../../../test-results/console');
const launched = withBrowser();
const destinations = {
  meta: { dataset: '1', token: 't', holdMs: 600_000 },
  tiktok: { pixel: 'C1', token: 't', holdMs: 600_000 },
};
const pages = ['Live', 'Registry', 'Destinations', 'Audiences', 'People', 'Report', 'Changes'] as const;

/** The labels of tables that must be scrolled sideways to be read. */
const cutTables =
  "[...document.querySelectorAll('.scroll')].filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.ariaLabel)";

test.each([
  ['light', 'light', 1_280],
  ['dark', 'dark', 1_280],
  ['phone', 'light', 360],
  ['phone-dark', 'dark', 360],
] as const)(
  'each page of a shop is drawn without a complaint, and its picture kept: %s',
  async (name, colorScheme, width) => {
    const { page, capture, complaints } = await openConsole(launched, {
      fill: fillShop,
      destinations,
      colorScheme,
      width,
    });
    mkdirSync(folder, { recursive: true });
    const keep = async (what: string): Promise<void> => {
      await page.screenshot({ path: join(folder, `${what.toLowerCase()}-${name}.png`), fullPage: true });
      expect([what, await page.evaluate(cutTables)]).toEqual([what, []]);
    };
    await capture();
    await capture();
    await capture({ event_id: 'ord_2_purchase', user_id: 'cust_2048', properties: { order_id: 'ord_2' } });
    await capture({
      event: 'sign_up',
      event_id: 'cust_9_sign_up',
      user_id: 'cust_9',
      source: 'server',
      properties: {},
    });
    await page.getByRole('button', { name: 'cust_9_sign_up' }).waitFor();
    for (const title of pages) {
      await page.getByRole('link', { name: title }).click();
      if (title === 'People') {
        await page.getByLabel('Find by user_id').fill('cust_2048');
        await page.getByRole('button', { name: 'Find' }).click();
        await page.getByText('anon_phone').first().waitFor();
      }
      await expect.poll(() => page.getByText('Loading…').count()).toBe(0);
      await keep(title);
    }
    await page.getByRole('link', { name: 'Live' }).click();
    if (width < 768) await page.getByText('Filters').click();
    await page.getByLabel('Delivery').selectOption('failed');
    await page.getByRole('region', { name: 'Stored events' }).waitFor();
    await keep('Live-stored');
    await page.getByRole('region', { name: 'Stored events' }).getByRole('button').first().click();
    await page.getByText('At the relay').waitFor();
    await keep('Trace');
    expect(complaints).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
  },
);
