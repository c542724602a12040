import { writeFileSync } from 'node:fs';
import { TrackLayerError } from '@tracklayer/core';
import type { Browser, Page } from 'playwright-core';
import { failed } from '../seen.ts';
import type { Check } from '../verification.ts';
import { recordHeapCalls, type HeapCall } from './record-heap-calls.ts';

/** A page to open, and what to do on it. */
export interface PageWalk {
  /** `https://staging.example.com/checkout` */
  url: string;
  /** CSS selectors to click, in order, such as `#accept-cookies`. */
  clicks?: readonly string[] | undefined;
  /** A storage state of Playwright: the cookies of a user who is logged in. */
  storageState?: string | undefined;
  /** Shows the browser, so that a person can go on. Default `false`. */
  headed?: boolean | undefined;
  /** Chromium's executable. Default: the one that Playwright installed. */
  chromium?: string | undefined;
  /** Where to write the calls of Heap, for `registry diff --dry-run`. Default `heap-recording.json`. */
  recording?: string | undefined;
}

export interface Walk {
  /** The file of the recording. */
  recording: string;
  /** What stood in the way on the page. */
  checks: readonly Check[];
  /** Nobody can go on: a click failed, and no person sees the page. */
  isStuck: boolean;
  /** Writes the recording, and closes the browser. */
  close(): Promise<void>;
}

interface Limits {
  timeoutMs: number;
  signal: AbortSignal | undefined;
}

/** A page loads in its own time, however long its event may take. */
const pageTimeoutMs = 30_000;
const heapTimeoutMs = 10_000;
const clickTimeoutMs = 10_000;

/**
 * Opens a page in Chromium and walks over it, while it records the calls of Heap.
 *
 * @throws TrackLayerError `invalid_options` when `playwright-core` or Chromium is missing; `setup` when the page cannot
 *   be opened.
 */
export async function walkPage(walk: PageWalk, { timeoutMs, signal }: Limits): Promise<Walk> {
  const { url, clicks = [], recording = 'heap-recording.json' } = walk;
  const browser = await launch(walk);
  const close = (): Promise<void> => browser.close().catch(() => undefined);
  // Whoever breaks off in the middle leaves no browser behind.
  signal?.addEventListener('abort', () => void close(), { once: true });
  const started_at = Date.now();
  const calls: HeapCall[] = [];
  const found: Check[] = [];
  let isHeapThere = false;
  try {
    const context = await browser.newContext(
      walk.storageState === undefined ? {} : { storageState: walk.storageState },
    );
    const page = await context.newPage();
    page.setDefaultTimeout(pageTimeoutMs);
    await recordHeapCalls(page, started_at, (call) => void calls.push(call));
    await page.goto(url, { waitUntil: 'load' }).catch((cause: unknown) => {
      throw new TrackLayerError('setup', `${url} cannot be opened: ${firstLine(cause)}`, { cause });
    });
    isHeapThere = await waitForHeap(page, timeoutMs);
    for (const selector of clicks) {
      const covered = await click(page, selector);
      if (covered) {
        found.push(covered);
        break;
      }
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    recording,
    checks: isHeapThere ? found : [notLoaded(url), ...found],
    isStuck: found.length > 0 && !walk.headed,
    async close() {
      await close();
      // What Heap is given may be personal: it is this user's own file.
      writeFileSync(recording, `${JSON.stringify({ started_at, calls }, undefined, 2)}\n`, { mode: 0o600 });
    },
  };
}

async function launch({ headed = false, chromium: executablePath }: PageWalk): Promise<Browser> {
  const { chromium } = await import('playwright-core').catch((cause: unknown) => {
    const detail =
      'playwright-core opens the page and is not installed: npm install --save-dev playwright-core';
    throw new TrackLayerError('invalid_options', detail, { cause });
  });
  return chromium
    .launch({ headless: !headed, ...(executablePath !== undefined && { executablePath }) })
    .catch((cause: unknown) => {
      const detail = `Chromium cannot be started (${firstLine(cause)}): npx playwright-core install chromium, or name it with --chromium`;
      throw new TrackLayerError('invalid_options', detail, { cause });
    });
}

/** Scripts of tag managers come late. */
async function waitForHeap(page: Page, timeoutMs: number): Promise<boolean> {
  return page
    .waitForFunction(() => 'heap' in globalThis, undefined, { timeout: Math.min(timeoutMs, heapTimeoutMs) })
    .then(
      () => true,
      () => false,
    );
}

/** Clicks as a person does: what something covers is not clicked through. */
async function click(page: Page, selector: string): Promise<Check | undefined> {
  try {
    await page.click(selector, { timeout: clickTimeoutMs });
    return undefined;
  } catch (error) {
    const isCovered = error instanceof Error && error.message.includes('intercepts pointer events');
    const seen = isCovered
      ? `something covers ${selector} on the page (a consent banner?)`
      : `${selector} cannot be clicked on the page`;
    const advice = isCovered
      ? 'click the banner away first: --click with its button, before this one'
      : 'see whether the selector is right, and whether the page shows it';
    return failed('arrival', 'page_covered', seen, advice);
  }
}

const notLoaded = (url: string): Check =>
  failed(
    'arrival',
    'heap_not_loaded',
    `${url} never loaded Heap`,
    'check that the page has the snippet of Heap, and that no consent banner or blocker holds it back',
  );

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
