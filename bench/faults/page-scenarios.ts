import type { Page } from 'playwright';
import type { Fault } from './chaos-answers.ts';
import { wait } from './node-stage.ts';
import type { Load } from './page-app.ts';
import type { PageStage } from './page-stage.ts';

/** What is done to a page, step by step. */
export type PageScenario = (stage: PageStage) => Promise<void>;

/** Ten tabs, one after the other; each captures ten and is left at once. Then the visitor comes back. */
const tenTimes =
  (leave: (stage: PageStage, page: Page) => Promise<void>): PageScenario =>
  async (stage) => {
    for (let round = 0; round < 10; round++) await leave(stage, await stage.visit());
    await wait(500);
    stage.note(`${await stage.arrived()} of 100 had arrived before the visitor came back`);
    stage.healed();
    await stage.visit();
    await stage.settled();
  };

const whileServerHas =
  (fault: Fault, ms: number): PageScenario =>
  async ({ chaos, visit, capture, healed }) => {
    const page = await visit();
    await chaos.fault(fault);
    for (let round = 0; round < ms / 250; round++) {
      await capture(page, 5);
      await wait(250);
    }
    await chaos.fault('none');
    healed();
  };

const offline: PageScenario = async ({ visitor, visit, capture, healed }) => {
  const page = await visit();
  await visitor.setOffline(true);
  for (let round = 0; round < 20; round++) {
    await capture(page, 5);
    await wait(250);
  }
  await visitor.setOffline(false);
  healed();
};

const blocked: PageScenario = async ({ visit, capture, healed }) => {
  const page = await visit();
  await page.route('**/tl/**', (route) => route.abort('blockedbyclient'));
  for (let round = 0; round < 12; round++) {
    await capture(page, 5);
    await wait(250);
  }
  await page.unroute('**/tl/**');
  healed();
};

const reloaded: PageScenario = async ({ chaos, visit, capture, healed }) => {
  const page = await visit();
  for (const fault of ['slow', 'cut', 'slow', 'none'] as const) {
    await chaos.fault(fault);
    await capture(page, 10);
    await page.waitForRequest('**/tl/**');
    await page.reload();
  }
  healed();
};

/** Several tabs at once; half of them are closed on the way. Orders that two tabs see are captured in both. */
const tabs =
  (count: number): PageScenario =>
  async ({ visit, capture, settled, healed }) => {
    const pages = await Promise.all(Array.from({ length: count }, visit));
    for (let round = 0; round < 4; round++) await Promise.all(pages.map((page) => capture(page, 5)));
    healed();
    for (const page of pages.filter((_, index) => index % 2)) await page.close({ runBeforeUnload: true });
    await settled();
  };

const sameOrder: PageScenario = async ({ visit, capture, captureAgain, settled, chaos, expect }) => {
  const [first, second] = [await visit(), await visit()];
  const marks = await capture(first, 20);
  // Chromium shows one process what another has stored up to a millisecond later, as measured: 1 of 192 looks came within it.
  await wait(50);
  await captureAgain(
    second,
    marks.filter((_, index) => index % 2),
  );
  await settled();
  await wait(2_000);
  const { resent } = await chaos.report();
  expect(
    resent === 0,
    `an order that another tab captured 50 ms before travels once; ${resent} travelled again`,
  );
};

/** The renderer dies in the middle of things; no event of the page tells anybody. */
const killed: PageScenario = async ({ chaos, visitor, visit, capture, healed, settled }) => {
  const survivor = await visit();
  const victim = await visit();
  await chaos.fault('503');
  await capture(victim, 20);
  await capture(survivor, 5);
  await wait(1_500);
  const session = await visitor.newCDPSession(victim);
  const crashed = victim.waitForEvent('crash');
  // A page that is gone gives no answer.
  session.send('Page.crash').catch(() => undefined);
  await crashed;
  await chaos.fault('none');
  healed();
  await settled();
};

const brokenStorage =
  (breakIt: () => void): PageScenario =>
  async ({ visitor, visit, capture, settled, errors, expect }) => {
    await visitor.addInitScript(breakIt);
    const page = await visit();
    await capture(page, 20);
    await settled();
    await capture(page, 20);
    await settled();
    const told = errors.filter((code) => code === 'storage').length;
    expect(told === 1, `it is told once that nothing is stored; told ${told} times`);
  };

function storageThatThrows(): void {
  for (const name of ['getItem', 'setItem', 'removeItem', 'key'] as const) {
    Storage.prototype[name] = () => {
      throw new DOMException('denied', 'SecurityError');
    };
  }
}

function storageThatIsForbidden(): void {
  Object.defineProperty(window, 'localStorage', {
    get() {
      throw new DOMException('denied', 'SecurityError');
    },
  });
}

/** Pages come and go while the server does something else every time. */
const storm: PageScenario = async ({ chaos, visit, capture, healed }) => {
  const kinds = ['cut', '503', 'truncated', 'html', 'partial', 'reset', 'slow', 'none'] as const;
  for (let round = 0; round < 24; round++) {
    const page = await visit();
    await chaos.fault(kinds[(round * 3) % kinds.length]!);
    await capture(page, 10);
    await wait((round % 4) * 300);
    if (round % 3) await page.close({ runBeforeUnload: round % 2 === 0 });
  }
  await chaos.fault('none');
  healed();
  await visit();
};

const downAtClose: PageScenario = async ({ chaos, visit, capture, healed }) => {
  const page = await visit();
  await chaos.open(false);
  await capture(page, 50);
  await wait(1_500);
  await page.close({ runBeforeUnload: true });
  await wait(500);
  await chaos.open(true);
  await visit();
  healed();
};

/** Online again after our own backoff has grown; the tab is closed a second later. */
const leftDuringBackoff: PageScenario = async ({ visitor, visit, capture, healed, arrived, expect }) => {
  const page = await visit();
  await visitor.setOffline(true);
  for (let round = 0; round < 20; round++) {
    await capture(page, 2);
    await wait(250);
  }
  await visitor.setOffline(false);
  healed();
  await wait(1_000);
  await page.close({ runBeforeUnload: true });
  await wait(500);
  const count = await arrived();
  expect(count === 40, `all leave the page; ${count} of 40 had arrived when it was closed`);
};

/** The server is well again, our own backoff still runs, and the page is left. */
const closedDuringBackoff: PageScenario = async ({ chaos, visit, capture, healed, arrived, expect }) => {
  const page = await visit();
  await chaos.fault('503');
  for (let round = 0; round < 12; round++) {
    await capture(page, 5);
    await wait(250);
  }
  await chaos.fault('none');
  healed();
  await page.close({ runBeforeUnload: true });
  await wait(500);
  const count = await arrived();
  expect(count === 60, `all leave the page; ${count} of 60 had arrived when it was closed`);
};

/** More than a page usually holds, captured in one task while the server is down; the tab is closed meanwhile. */
const muchAtOnce =
  (count: number, load: Load): PageScenario =>
  async ({ chaos, visit, capture, healed, settled, toldCount, expect }) => {
    const page = await visit();
    await chaos.open(false);
    await capture(page, count, load);
    await wait(500);
    await page.close({ runBeforeUnload: true });
    await chaos.open(true);
    healed();
    await visit();
    await settled();
    expect(toldCount() === 0, `nothing is dropped; told: ${toldCount()}`);
  };

/** The shop waits in the browser's back/forward cache for a day, while another tab delivers what it stored. */
const restored: PageScenario = async ({ chaos, visit, capture, healed, settled, expect }) => {
  const page = await visit();
  await chaos.fault('503');
  await capture(page, 20);
  await wait(1_000);
  await page.evaluate((laterMs) => {
    const { now } = Date;
    const monotonic = performance.now.bind(performance);
    // In the capturing phase: the client finds the later time.
    const jump = ({ persisted }: PageTransitionEvent): void => {
      if (!persisted) return;
      Object.assign(window, { wasRestored: true });
      Date.now = () => now() + laterMs;
      performance.now = () => monotonic() + laterMs;
    };
    addEventListener('pageshow', jump, { capture: true });
  }, 86_400_000);
  await page.goto(`${chaos.url}/elsewhere`);
  await chaos.fault('none');
  healed();
  const other = await visit();
  await settled();
  await other.close({ runBeforeUnload: true });
  // A page that was kept does not load again.
  await page.goBack({ waitUntil: 'commit' });
  const isRestored = await page.evaluate(() => 'wasRestored' in window);
  expect(isRestored, 'the page comes back from the cache, and not from the server');
  await capture(page, 5);
  await settled();
};

/** A person or a script empties the storage while events wait. */
const storageCleared: PageScenario = async ({ chaos, visit, capture, healed, settled }) => {
  const page = await visit();
  await chaos.fault('503');
  await capture(page, 20);
  await wait(500);
  await page.evaluate(() => localStorage.clear());
  await capture(page, 5);
  await chaos.fault('none');
  healed();
  await settled();
};

const clockSetBack: PageScenario = async ({ chaos, visit, capture, healed, settled }) => {
  const page = await visit();
  await chaos.fault('503');
  await capture(page, 20);
  await page.evaluate(() => {
    const { now } = Date;
    Date.now = () => now() - 8 * 86_400_000;
  });
  await capture(page, 20);
  await wait(1_000);
  await chaos.fault('none');
  healed();
  await settled();
};

/** The shop in a frame of another site, whose storage is a partition of its own. */
const partitioned: PageScenario = async ({ chaos, visit, capture, healed, settled }) => {
  const page = await visit();
  const other = chaos.url.replace('127.0.0.1', 'localhost');
  await page.evaluate(async (url) => {
    const frame = document.createElement('iframe');
    frame.src = url;
    document.body.append(frame);
    await new Promise((resolve) => frame.addEventListener('load', resolve));
  }, other);
  const frame = page.frames().find((one) => one.url().startsWith(other));
  if (!frame) throw new Error('the page has no frame of the other site');
  await chaos.fault('503');
  await capture(frame, 20);
  await wait(500);
  await chaos.fault('none');
  healed();
  await settled();
};

/** A service worker of the site stands between page and network. */
const serviceWorker: PageScenario = async ({ chaos, visit, capture, healed, settled }) => {
  const page = await visit();
  await page.evaluate(() => navigator.serviceWorker.register('/worker.js'));
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.reload();
  await chaos.fault('cut');
  await capture(page, 20);
  await wait(1_000);
  await chaos.fault('none');
  healed();
  await settled();
};

export const pageScenarios: Record<string, PageScenario> = {
  'offline for 5 s': offline,
  'tab closed right after 10 captures, 10 times': tenTimes(async ({ capture }, page) => {
    await capture(page, 10);
    await page.close({ runBeforeUnload: true });
  }),
  'tab closed without events, 10 times': tenTimes(async ({ capture }, page) => {
    await capture(page, 10);
    await page.close();
  }),
  'navigated away in the same task, 10 times': tenTimes(async ({ captureAndGo }, page) => {
    await captureAndGo(page, 10, '/elsewhere');
    await page.close();
  }),
  'captured as the tab is closed, 10 times': tenTimes(async ({ captureWhenHidden }, page) => {
    await captureWhenHidden(page, 10);
    await page.close({ runBeforeUnload: true });
  }),
  'navigated right after identify and order': tenTimes(async ({ captureAndGo }, page) => {
    await captureAndGo(page, 10, '/elsewhere', 'known');
    await page.close();
  }),
  'reloaded with requests in flight, 4 times': reloaded,
  'two tabs, one closed': tabs(2),
  'ten tabs, five closed': tabs(10),
  'the same orders in two tabs': sameOrder,
  'one of two tabs killed while down': killed,
  'storage throws': brokenStorage(storageThatThrows),
  'storage is forbidden': brokenStorage(storageThatIsForbidden),
  'captive portal, 200 with HTML, for 3 s': whileServerHas('html', 3_000),
  'login page by 302 for 3 s': whileServerHas('redirect', 3_000),
  '401 for 4 s': whileServerHas('401', 4_000),
  '503 for 3 s': whileServerHas('503', 3_000),
  '24 visits, another fault at each': storm,
  'server down at close, back at the next visit': downAtClose,
  'ad blocker for 3 s': blocked,
  'offline for 5 s, tab closed 1 s after': leftDuringBackoff,
  'tab closed during our own backoff': closedDuringBackoff,
  '60 events of 3 kB while down, tab closed': muchAtOnce(60, 'heavy'),
  '1,000 orders of 12 properties while down': muchAtOnce(1_000, 'wide'),
  'a day in the back/forward cache': restored,
  'localStorage.clear() while down': storageCleared,
  'wall clock 8 days back while down': clockSetBack,
  'in a frame of another site': partitioned,
  'behind a service worker': serviceWorker,
};
