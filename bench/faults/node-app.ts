// An app under test, in a process of its own: captures, says so line by line, and ends as it is told.
import dns from 'node:dns';
import { writeSync } from 'node:fs';
import { createNodeClient } from '@tracklayer/node';
import type { AppPlan } from './app-process.ts';

const plan = JSON.parse(process.argv[2]!) as AppPlan;
// Written at once: whoever is killed after this line had captured.
const say = (what: string, word: string): void => void writeSync(1, `${what} ${word}\n`);

if (plan.nameFailsMs !== undefined) failNames(performance.now() + plan.nameFailsMs);
if (plan.hasDeadIpv6) findDeadIpv6();
if (plan.clockJumpsMs !== undefined) setTimeout(jumpClock, 500, plan.clockJumpsMs).unref();

const markOf = new Map<string, string>();
const client = createNodeClient({
  endpoint: plan.endpoint,
  key: 'tl_bench_faults',
  spool: plan.spool,
  handleSignals: plan.handleSignals,
  flushIntervalMs: 200,
  // What comes after the end is refused within its capture, and has no id.
  onDrop: ({ event_id, reason }) =>
    say('told', `${event_id === null ? mark : (markOf.get(event_id) ?? event_id)} ${reason}`),
  onError: ({ code }) => say('error', code),
});
let captured = 0;
/** Of the last capture. */
let mark = '';

function capture(): void {
  mark = `${plan.name}-${captured++}`;
  const user_id = plan.poisonAt === captured ? 'poison' : `cust_${captured % 50}`;
  // Every second one has a business id, the others an id of chance.
  const receipt =
    captured % 2
      ? client.capture({
          event: 'purchase',
          user_id,
          properties: { order_id: mark, value: 129.95, currency: 'EUR', coupon: mark },
        })
      : client.capture({ event: 'search', user_id, properties: { search_term: 'lamp', coupon: mark } });
  if (receipt.event_id) markOf.set(receipt.event_id, mark);
  say('captured', mark);
}

/** The resolver knows no name until then, and afterwards finds every name at this machine. */
function failNames(until: number): void {
  const lookup = (name: string, options: unknown, done: (...answer: unknown[]) => void): void => {
    if (performance.now() < until)
      done(Object.assign(new Error(`getaddrinfo ${name}`), { code: 'ENOTFOUND' }));
    else done(null, [{ address: '127.0.0.1', family: 4 }]);
  };
  dns.lookup = lookup as unknown as typeof dns.lookup;
}

/** `100::` is for packets that nobody answers (RFC 6666). */
function findDeadIpv6(): void {
  const lookup = (name: string, options: unknown, done: (...answer: unknown[]) => void): void =>
    done(null, [
      { address: '100::1', family: 6 },
      { address: '127.0.0.1', family: 4 },
    ]);
  dns.lookup = lookup as unknown as typeof dns.lookup;
}

function jumpClock(ms: number): void {
  const { now } = Date;
  Date.now = () => now() + ms;
}

function end(): void {
  say('done', String(captured));
  if (plan.ending === 'exit') process.exit();
  if (plan.ending === 'throw') throw new Error('a bug of the app');
}

if (plan.ending !== 'script') {
  // A service: it lives until somebody ends it.
  setInterval(() => undefined, 1_000);
  process.on('SIGUSR2', () => void client.close().then(() => process.exit()));
}
const startedAt = performance.now();
const ticking = setInterval(() => {
  const due = Math.min(plan.count, Math.ceil(((performance.now() - startedAt) / 1_000) * plan.perSecond));
  while (captured < due) capture();
  if (captured < plan.count) return;
  clearInterval(ticking);
  end();
}, 5);
