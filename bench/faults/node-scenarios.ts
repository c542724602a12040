import { retryAfterMs, type Fault } from './chaos-answers.ts';
import type { LedgerReport } from './ledger.ts';
import { wait, type NodeStage } from './node-stage.ts';

/** What is done to an app, step by step. */
export type NodeScenario = (stage: NodeStage) => Promise<void>;

/** The server has this fault for a while, and the app goes on capturing. */
const whileServerHas =
  (fault: Fault, ms: number): NodeScenario =>
  async ({ chaos, app, healed, settled }) => {
    await chaos.fault(fault);
    const { begun, done } = app({ count: Math.ceil(ms / 10) + 50 });
    await begun;
    await wait(ms);
    await chaos.fault('none');
    healed();
    await done;
    await settled();
  };

/** The server asks for a pause: none of the client's requests may arrive within it. */
const whileAskedToWait =
  (fault: Fault): NodeScenario =>
  async (stage) => {
    await whileServerHas(fault, 2_000)(stage);
    const { requests } = await stage.chaos.report();
    stage.expect(isQuietAfter(requests, fault), 'no request inside the pause that the server asked for');
  };

/** A second request may be on its way already when the first is answered. */
function isQuietAfter(requests: LedgerReport['requests'], fault: Fault): boolean {
  const asked = requests.find((request) => request.fault === fault)?.at ?? Infinity;
  // A date has whole seconds only.
  return (
    requests.some(({ at }) => at > asked + 500) &&
    requests.every(({ at }) => at < asked + 500 || at >= asked + retryAfterMs - 1_000)
  );
}

/** Another fault five times a second. */
const storm: NodeScenario = async ({ chaos, app, healed, settled }) => {
  const { begun, done } = app({ count: 1_000 });
  await begun;
  const kinds = [
    'reset',
    'cut',
    'truncated',
    '500',
    '503',
    '408',
    '413',
    'partial',
    'html',
    'text',
    'none',
  ] as const;
  for (let round = 0; round < 50; round++) {
    await chaos.fault(kinds[(round * 7) % kinds.length]!);
    await wait(200);
  }
  await chaos.fault('none');
  healed();
  await done;
  await settled();
};

/** The server always behaves so; the app captures, and nothing changes for the better. */
const always =
  (fault: Fault): NodeScenario =>
  async ({ chaos, app, settled }) => {
    await chaos.fault(fault);
    await app().done;
    await settled();
  };

const poisoned =
  (fault: 'poison' | 'poison problem'): NodeScenario =>
  async ({ chaos, app, settled, expect }) => {
    await chaos.fault(fault);
    const bad = app({ poisonAt: 77 });
    await bad.done;
    await settled();
    expect(bad.told.size === 1, `1 bad event is told, and no other; told: ${bad.told.size}`);
  };

/** Everything arrives, since nothing of it is bad. */
const alwaysWithoutLoss =
  (fault: Fault): NodeScenario =>
  async ({ chaos, app, settled, expect }) => {
    await chaos.fault(fault);
    const all = app({ count: 500, perSecond: 250 });
    await all.done;
    await settled();
    expect(all.told.size === 0, `no event is dropped; told: ${all.told.size}`);
  };

const deadIpv6: NodeScenario = async ({ chaos, app, settled, expect }) => {
  const endpoint = chaos.url.replace('127.0.0.1', 'relay.tracklayer.test');
  const all = app({ endpoint, hasDeadIpv6: true });
  await all.done;
  await settled();
  expect(all.told.size === 0, `no event is dropped; told: ${all.told.size}`);
};

/** The wall clock jumps while the server is down. */
const clockJumps =
  (ms: number): NodeScenario =>
  async ({ chaos, app, healed, settled, expect }) => {
    await chaos.fault('503');
    const all = app({ clockJumpsMs: ms });
    await all.done;
    await chaos.fault('none');
    healed();
    await settled();
    expect(all.told.size === 0, `no event expires; told: ${all.told.size}`);
  };

/** The process is stopped as a container is, with requests in flight, and goes on later. */
const frozen: NodeScenario = async ({ chaos, app, healed, settled }) => {
  await chaos.fault('slow drain');
  const service = app();
  await service.begun;
  await wait(700);
  service.kill('SIGSTOP');
  await wait(3_000);
  service.kill('SIGCONT');
  await chaos.fault('none');
  healed();
  await service.done;
  await settled();
};

const refused: NodeScenario = async ({ chaos, app, healed, settled }) => {
  await chaos.open(false);
  const { begun, done } = app({ count: 1_000, perSecond: 200 });
  await begun;
  await wait(5_000);
  await chaos.open(true);
  healed();
  await done;
  await settled();
};

const restarts: NodeScenario = async ({ chaos, app, healed, settled }) => {
  const { begun, done } = app({ count: 500 });
  await begun;
  for (let round = 0; round < 4; round++) {
    await wait(700);
    await chaos.open(false);
    await wait(400);
    await chaos.open(true);
    healed();
  }
  await done;
  await settled();
};

const noName: NodeScenario = async ({ chaos, app, settled, healed }) => {
  const endpoint = chaos.url.replace('127.0.0.1', 'relay.tracklayer.test');
  const { begun, done } = app({ endpoint, nameFailsMs: 3_000, count: 400 });
  await begun;
  await wait(3_000);
  healed();
  await done;
  await settled();
};

export const answerScenarios: Record<string, NodeScenario> = {
  'connections refused for 5 s, 200/s': refused,
  'server restarts four times': restarts,
  'name not found for 3 s': noName,
  'connections reset for 3 s': whileServerHas('reset', 3_000),
  'taken, answer cut off, for 3 s': whileServerHas('cut', 3_000),
  'taken, answer truncated, for 3 s': whileServerHas('truncated', 3_000),
  'taken, answer drips without end, for 3 s': whileServerHas('slow', 3_000),
  '500 for 3 s': whileServerHas('500', 3_000),
  '503 for 3 s': whileServerHas('503', 3_000),
  '408 for 3 s': whileServerHas('408', 3_000),
  '429, Retry-After in seconds': whileAskedToWait('429 seconds'),
  '429, Retry-After a date, server clock +1 h': whileAskedToWait('429 date'),
  '413 over 4 kB, always': always('413'),
  'verdicts for a third, retry for a third, for 3 s': whileServerHas('partial', 3_000),
  'another fault five times a second, for 10 s': storm,
  'poison event, bare 400': poisoned('poison'),
  'poison event, 400 with problem+json': poisoned('poison problem'),
  '401 for 4 s': whileServerHas('401', 4_000),
  "a firewall's 400 on everything for 3 s": whileServerHas('400', 3_000),
  'login page by 302 for 3 s': whileServerHas('redirect', 3_000),
  '307 for 4 s': whileServerHas('307', 4_000),
  'a proxy strips gzip, always': alwaysWithoutLoss('stripped gzip'),
  'kept-alive connections reset, always': alwaysWithoutLoss('keep-alive reset'),
  'each answer takes 400 ms, always': alwaysWithoutLoss('slow drain'),
  'a dead IPv6 address beside a living one': deadIpv6,
  'wall clock 8 days on while down': clockJumps(8 * 86_400_000),
  'wall clock 8 days back while down': clockJumps(-8 * 86_400_000),
  'process stopped for 3 s, requests in flight': frozen,
  'captive portal, 200 with HTML, for 3 s': whileServerHas('html', 3_000),
  '200 with text/plain for 3 s': whileServerHas('text', 3_000),
  '200 with JSON of another service for 3 s': whileServerHas('other json', 3_000),
};
