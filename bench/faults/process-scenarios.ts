import type { NodeScenario } from './node-scenarios.ts';
import { wait } from './node-stage.ts';

const sigterm: NodeScenario = async ({ app }) => {
  const stopped = app({ handleSignals: true });
  await stopped.begun;
  await wait(1_500);
  stopped.kill('SIGTERM');
  await stopped.gone;
};

const sigtermWhileDown =
  (hasSpool: boolean): NodeScenario =>
  async ({ chaos, app, spool, healed, expect }) => {
    await chaos.open(false);
    const stopped = app({ handleSignals: true, ...(hasSpool && { spool }) });
    await stopped.done;
    const askedAt = performance.now();
    stopped.kill('SIGTERM');
    await stopped.gone;
    expect(performance.now() - askedAt < 6_000, 'close() returns within its 5 s');
    await chaos.open(true);
    healed();
    if (hasSpool) app({ spool, count: 1 });
  };

/** Ends in the midst of things, with requests in flight; another process goes on with the same folder. */
const endsHard =
  (end: 'kill -9' | 'exit' | 'throw'): NodeScenario =>
  async ({ chaos, app, spool, healed }) => {
    await chaos.fault('slow');
    const first = app({ spool, ...(end !== 'kill -9' && { ending: end }) });
    await first.begun;
    await (end === 'kill -9' ? wait(1_500) : first.done);
    first.kill('SIGKILL');
    await first.gone;
    await chaos.fault('none');
    healed();
    app({ spool, count: 1 });
  };

/** The server takes everything and answers too late for `close()`. */
const sigtermInFlight: NodeScenario = async ({ chaos, app, spool, healed }) => {
  await chaos.fault('slow');
  const stopped = app({ handleSignals: true, spool });
  await stopped.done;
  stopped.kill('SIGTERM');
  await stopped.gone;
  await chaos.fault('none');
  healed();
  app({ spool, count: 1 });
};

const killedOver: NodeScenario = async ({ app, spool, healed }) => {
  for (let round = 0; round < 8; round++) {
    const next = app({ spool, count: 1_000 });
    await next.begun;
    await wait(500);
    next.kill('SIGKILL');
    await next.gone;
  }
  healed();
  app({ spool, count: 1 });
};

const scriptEnds =
  (downMs: number): NodeScenario =>
  async ({ chaos, app, healed }) => {
    if (downMs > 0) await chaos.open(false);
    const script = app({ ending: 'script', count: 100, perSecond: 1_000 });
    if (downMs > 0) {
      await script.done;
      await wait(downMs);
      await chaos.open(true);
    }
    healed();
    await script.gone;
  };

/** The folder of the spool cannot be written: memory has to do. */
const badSpool: NodeScenario = async ({ app, expect }) => {
  const service = app({ spool: '/dev/null/spool' });
  await service.done;
  expect(service.errors.has('storage'), 'a spool that cannot be written is told');
};

/** Two at once on one folder; one is killed while the server is down, the other one lives. */
const sharedSpool: NodeScenario = async ({ chaos, app, spool, healed, settled }) => {
  await chaos.open(false);
  const killed = app({ spool });
  const survivor = app({ spool });
  await Promise.all([killed.begun, survivor.begun]);
  await wait(1_500);
  killed.kill('SIGKILL');
  await killed.gone;
  await survivor.done;
  await chaos.open(true);
  healed();
  app({ spool, count: 1 });
  app({ spool, count: 1 });
  await settled();
};

/** Four at once on one folder; two are killed while the server is down. */
const fourOnOneSpool: NodeScenario = async ({ chaos, app, spool, healed, settled }) => {
  await chaos.open(false);
  const four = Array.from({ length: 4 }, () => app({ spool }));
  await Promise.all(four.map(({ begun }) => begun));
  await wait(1_000);
  for (const { kill, gone } of four.slice(0, 2)) {
    kill('SIGKILL');
    await gone;
  }
  await Promise.all(four.slice(2).map(({ done }) => done));
  await chaos.open(true);
  healed();
  app({ spool, count: 1 });
  await settled();
};

export const processScenarios: Record<string, NodeScenario> = {
  'SIGTERM, handleSignals': sigterm,
  'SIGTERM while down, memory (told)': sigtermWhileDown(false),
  'SIGTERM while down, spool, restart': sigtermWhileDown(true),
  'kill -9 in flight, spool, restart': endsHard('kill -9'),
  'killed and restarted eight times, spool': killedOver,
  'process.exit, spool, restart': endsHard('exit'),
  'uncaught error, spool, restart': endsHard('throw'),
  'SIGTERM in flight, spool, restart': sigtermInFlight,
  'spool cannot be written': badSpool,
  'script ends by itself': scriptEnds(0),
  'script ends while down for 2 s': scriptEnds(2_000),
  'two on one spool, one killed, two more': sharedSpool,
  'four on one spool, two killed, one more': fourOnOneSpool,
};
