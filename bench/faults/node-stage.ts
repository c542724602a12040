import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApp, type App, type AppPlan } from './app-process.ts';
import { startChaos, type Chaos } from './chaos.ts';
import type { LedgerReport } from './ledger.ts';
import { allAccountedFor, judge, type Outcome } from './outcome.ts';

/** One scenario's server and apps. */
export interface NodeStage {
  chaos: Chaos;
  /** A folder for a spool, removed at the end. */
  spool: string;
  /** Starts an app; 200 captures at 100 a second unless told otherwise. */
  app(plan?: Partial<AppPlan>): App;
  /** The fault is over: from here on recovery is measured. */
  healed(): void;
  /** Resolves when each capture of the apps was counted or told, or when `withinMs` has passed. */
  settled(withinMs?: number): Promise<LedgerReport>;
  /** Something of this scenario's own that was promised. */
  expect(isTrue: boolean, promise: string): void;
}

export const wait = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/** Runs a scenario from its server's start to its verdict. */
export async function onNodeStage(
  scenario: string,
  play: (stage: NodeStage) => Promise<void>,
): Promise<Outcome> {
  const chaos = await startChaos();
  const spool = mkdtempSync(join(tmpdir(), 'tracklayer-faults-'));
  const apps: App[] = [];
  const broken: string[] = [];
  let healedAt: number | undefined;

  const captured = (): Set<string> => new Set(apps.flatMap((app) => [...app.captured]));
  const told = (): Map<string, string> => new Map(apps.flatMap((app) => [...app.told]));

  const settled = (withinMs?: number): Promise<LedgerReport> =>
    allAccountedFor(chaos, captured, told, withinMs);

  const stage: NodeStage = {
    chaos,
    spool,
    app(plan) {
      const name = `${scenario.replaceAll(/\W+/g, '_')}-${apps.length}`;
      const app = startApp({ name, endpoint: chaos.url, count: 200, perSecond: 100, ...plan });
      apps.push(app);
      return app;
    },
    healed: () => void (healedAt = Date.now()),
    settled,
    expect: (isTrue, promise) => void (isTrue || broken.push(promise)),
  };

  try {
    await play(stage).catch((cause: unknown) => broken.push(String(cause)));
    await settled();
    for (const app of apps) app.kill('SIGUSR2');
    await Promise.all(apps.map(({ gone }) => gone));
    const report = await chaos.report();
    return judge(scenario, { captured: captured(), told: told(), report, healedAt, broken });
  } finally {
    for (const app of apps) app.kill('SIGKILL');
    chaos.stop();
    rmSync(spool, { recursive: true, force: true });
  }
}
