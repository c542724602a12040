// `pnpm bench:faults [node|browser] [words of a scenario]`: what becomes of captures, fault by fault.
import { chromium, type Browser } from 'playwright';
import { chromiumLaunchOptions } from '../../tools/chromium.ts';
import { answerScenarios } from './node-scenarios.ts';
import { onNodeStage } from './node-stage.ts';
import { isKept, type Outcome } from './outcome.ts';
import { bundlePage } from './page-bundle.ts';
import { pageScenarios } from './page-scenarios.ts';
import { onPageStage } from './page-stage.ts';
import { printOutcomes } from './print-outcomes.ts';
import { processScenarios } from './process-scenarios.ts';

const [part = 'all', wanted = ''] = process.argv.slice(2);
const nodeAtOnce = 8;
const pagesAtOnce = 4;

/** So many at once; outcomes in the order of the scenarios. */
async function playAll<Scenario>(
  scenarios: Readonly<Record<string, Scenario>>,
  atOnce: number,
  play: (name: string, scenario: Scenario) => Promise<Outcome>,
): Promise<Outcome[]> {
  const waiting = Object.entries(scenarios).filter(([name]) => name.includes(wanted));
  const names = waiting.map(([name]) => name);
  const played: Outcome[] = [];
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      played.push(await play(...next));
      process.stderr.write('.');
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  process.stderr.write('\n');
  return played.toSorted((a, b) => names.indexOf(a.scenario) - names.indexOf(b.scenario));
}

/** Starts before anything is measured: where there is none, it is installed or the run ends at once. */
async function startBrowser(): Promise<Browser> {
  await import('../../tools/install-chromium.ts');
  // Playwright turns the back/forward cache off, which people's browsers have.
  const ignoreDefaultArgs = ['--disable-back-forward-cache'];
  return chromium.launch({ ...chromiumLaunchOptions(), ignoreDefaultArgs });
}

const browser = part === 'node' ? undefined : await startBrowser();
const outcomes: Outcome[] = [];
if (part !== 'browser') {
  const node = await playAll({ ...answerScenarios, ...processScenarios }, nodeAtOnce, onNodeStage);
  printOutcomes('Node', node);
  outcomes.push(...node);
}
if (browser) {
  const files = await bundlePage();
  const pages = await playAll(pageScenarios, pagesAtOnce, (name, scenario) =>
    onPageStage(name, browser, files, scenario),
  );
  await browser.close();
  printOutcomes('Chromium', pages);
  outcomes.push(...pages);
}
process.exitCode = outcomes.every(isKept) ? 0 : 1;
