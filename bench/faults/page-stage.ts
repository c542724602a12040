import type { Browser, BrowserContext, Frame, Page } from 'playwright';
import { startChaos, type Chaos } from './chaos.ts';
import { allAccountedFor, judge, type Outcome } from './outcome.ts';
import type { CapturingPage, Load } from './page-app.ts';

/** One scenario's server and browser profile. */
export interface PageStage {
  chaos: Chaos;
  visitor: BrowserContext;
  /** Opens the shop in a new tab. */
  visit(): Promise<Page>;
  /** Captures so many in a tab, in one task; resolves when that task is over. */
  capture(page: Page | Frame, count: number, load?: Load): Promise<string[]>;
  /** Captures these once more, in another tab. */
  captureAgain(page: Page, marks: readonly string[]): Promise<void>;
  /** Captures when the page is hidden, by a listener of the page's own. */
  captureWhenHidden(page: Page, count: number): Promise<void>;
  /** Captures and leaves for another page in the same task. */
  captureAndGo(page: Page, count: number, path: string, load?: Load): Promise<void>;
  /** The fault is over: from here on recovery is measured. */
  healed(): void;
  /** How many captures have arrived by now. */
  arrived(): Promise<number>;
  /** Resolves when each capture was counted or told, or when `withinMs` has passed. */
  settled(withinMs?: number): Promise<void>;
  /** How many captures were dropped with a word to the page. */
  toldCount(): number;
  /** Something worth a line below the table. */
  note(text: string): void;
  /** Codes of the errors that the pages told, in their order. */
  errors: readonly string[];
  expect(isTrue: boolean, promise: string): void;
}

/** Runs a scenario in a profile of its own, which ends with a visitor who has returned to the site. */
export async function onPageStage(
  scenario: string,
  browser: Browser,
  files: Record<string, string>,
  play: (stage: PageStage) => Promise<void>,
): Promise<Outcome> {
  const chaos = await startChaos();
  await chaos.serve(files);
  const visitor = await browser.newContext();
  const captured = new Set<string>();
  const told = new Map<string, string>();
  const broken: string[] = [];
  const notes: string[] = [];
  const errors: string[] = [];
  let healedAt: number | undefined;

  visitor.on('console', (message) => {
    const [what, mark = '', reason = ''] = message.text().split(' ');
    if (what === 'told') told.set(mark, reason);
    if (what === 'error') errors.push(mark);
  });
  visitor.on('weberror', (error) => void broken.push(`the page saw an error: ${String(error.error())}`));

  function newMarks(count: number): string[] {
    const marks = Array.from({ length: count }, (_, index) => `page-${captured.size + index}`);
    for (const mark of marks) captured.add(mark);
    return marks;
  }

  const stage: PageStage = {
    chaos,
    visitor,
    errors,
    async visit() {
      const page = await visitor.newPage();
      await page.goto(chaos.url);
      return page;
    },
    async capture(page, count, load) {
      const marks = newMarks(count);
      await page.evaluate(([names, of]) => (window as unknown as CapturingPage).captureMarks(names, of), [
        marks,
        load,
      ] as const);
      return marks;
    },
    captureAgain: (page, marks) =>
      page.evaluate((names) => (window as unknown as CapturingPage).captureMarks(names), marks),
    captureWhenHidden: (page, count) =>
      page.evaluate((names) => {
        const capture = (): void => (window as unknown as CapturingPage).captureMarks(names);
        document.addEventListener('visibilitychange', capture, { once: true });
      }, newMarks(count)),
    async captureAndGo(page, count, path, load) {
      const gone = page.waitForURL(`**${path}`);
      await page.evaluate(
        ([names, to, of]) => {
          (window as unknown as CapturingPage).captureMarks(names, of);
          location.href = to;
        },
        [newMarks(count), path, load] as const,
      );
      await gone;
    },
    healed: () => void (healedAt = Date.now()),
    arrived: async () => (await chaos.report()).counted.length,
    settled: async (withinMs) =>
      void (await allAccountedFor(
        chaos,
        () => captured,
        () => told,
        withinMs,
      )),
    toldCount: () => told.size,
    note: (text) => void notes.push(text),
    expect: (isTrue, promise) => void (isTrue || broken.push(promise)),
  };

  try {
    await play(stage).catch((cause: unknown) => broken.push(String(cause)));
    await stage.settled();
    const report = await chaos.report();
    return judge(scenario, { captured, told, report, healedAt, broken, notes });
  } finally {
    await visitor.close();
    chaos.stop();
  }
}
