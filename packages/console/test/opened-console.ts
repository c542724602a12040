import {
  createSqliteStore,
  serveRelay,
  type GivenDestinations,
  type RelayKey,
  type Store,
} from '@tracklayer/relay';
import { chromium, type Browser } from 'playwright';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { chromiumLaunchOptions } from '../../../tools/chromium.ts';
import { buildConsole } from '../build.ts';

export const key = 'tlk_console_0123456789';
export const readOnly = 'tlk_readonly_0123456789';
export const writeOnly = 'tlk_writeonly_0123456789';

/** Builds the console and starts one browser for the tests of a file. */
export function withBrowser(): { browser: Browser } {
  const launched: { browser?: Browser } = {};
  beforeAll(async () => {
    await buildConsole();
    launched.browser = await chromium.launch(chromiumLaunchOptions());
  });
  afterAll(async () => launched.browser?.close());
  return launched as { browser: Browser };
}

// Nothing leaves within a test.
const oneDestination: GivenDestinations = { meta: { dataset: '1', token: 't', holdMs: 600_000 } };

interface Opened {
  /** What is in the store before the page opens. */
  fill?: (store: Store) => Promise<void>;
  destinations?: GivenDestinations;
  hash?: string;
  colorScheme?: 'light' | 'dark';
  width?: number;
}

export const keys: readonly RelayKey[] = [
  {
    environment: 'production',
    secret: key,
    scopes: [
      'events:read',
      'events:write',
      'registry:write',
      'destinations:write',
      'audiences:write',
      'people:write',
    ],
  },
  { environment: 'production', secret: readOnly, scopes: ['events:read'] },
  { environment: 'production', secret: writeOnly, scopes: ['events:write'] },
];

/** A relay with its console in a page that is open, and what the page complained about. */
export async function openConsole(
  { browser }: { browser: Browser },
  {
    hash = `#key=${key}`,
    colorScheme = 'light',
    width = 1_000,
    fill,
    destinations = oneDestination,
  }: Opened = {},
) {
  const store = createSqliteStore({ path: ':memory:' });
  await fill?.(store);
  const relay = await serveRelay({
    store,
    keys,
    destinations,
    audiences: { vip: { from: 'heap', to: { meta: { audience: '900' } } } },
    port: 0,
  });
  const page = await browser.newPage({ colorScheme, viewport: { width, height: 800 } });
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  onTestFinished(async () => {
    await page.close();
    await relay.close();
  });
  const capture = (fields: object = {}) =>
    fetch(`${relay.url}/api/capture`, {
      method: 'POST',
      body: JSON.stringify({
        event: 'purchase',
        event_id: 'ord_1_purchase',
        user_id: 'cust_1',
        source: 'heap',
        properties: { order_id: 'ord_1', value: 1, currency: 'EUR' },
        ...fields,
      }),
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    });
  await page.goto(`${relay.url}/console${hash}`);
  return { page, relay, store, capture, complaints };
}
