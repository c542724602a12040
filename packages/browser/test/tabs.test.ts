import { createAdapterClient, defaultPlatform, type AdapterClient } from '@tracklayer/core/adapter';
import * as fc from 'fast-check';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createExclusively } from '../src/platform/leader.ts';
import { createPageLedger } from '../src/platform/ledger.ts';
import { createLeftovers } from '../src/platform/leftovers.ts';
import { createValues } from '../src/platform/values.ts';
import { createBrowserProfile, type TabEnvironment } from './browser-profile.ts';

/** A client as `createBrowserClient` puts it together, in a tab that can end in every way. */
interface Tab {
  environment: TabEnvironment;
  adapter: AdapterClient;
  letGo(): void;
  takeBack(): void;
}

interface Message {
  event_id: string;
  batch?: Message[];
}

const messagesOf = (body: string): Message[] => {
  const message = JSON.parse(body) as Message;
  return message.batch ?? [message];
};

const which = fc.nat(3);
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('open' as const) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('capture' as const), tab: which, order: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('identify' as const), tab: which }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('kill' as const, 'close' as const, 'keep' as const, 'hide' as const),
      tab: which,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('restore' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, 700, 15_000) }),
  },
);
const faults = ['ok', 'refused', 'cut', '503', 'late', 'half'] as const;
const histories = 1_500;

test.for([
  ['with Web Locks', true],
  ['without Web Locks', false],
] as const)(
  `P-1 P-7 whatever becomes of tabs, what they captured arrives with the next visit, over ${histories} generated histories %s`,
  async ([, hasLocks]) => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 2, maxLength: 24 }),
        fc.array(fc.constantFrom(...faults), { minLength: 1, maxLength: 8 }),
        async (steps, script) => {
          const profile = createBrowserProfile({ hasLocks });
          const captured = new Set<string>();
          const told: unknown[] = [];
          const accepted = new Set<string>();
          let requests = 0;
          let isWell = false;

          function answerTo(body: string): string {
            const messages = messagesOf(body);
            const results = messages.map(({ event_id }, place) => {
              if (!isWell && script[requests % script.length] === 'half' && place > 0) {
                return { event_id, status: 'retry' };
              }
              const status = accepted.has(event_id) ? 'duplicate' : 'accepted';
              accepted.add(event_id);
              return { event_id, status };
            });
            return JSON.stringify(results.length === 1 ? results[0] : { results });
          }

          function open(): Tab {
            const environment = profile.open();
            const { storage, locks, id } = environment;
            const base = defaultPlatform();
            const values = createValues(storage);
            const leftovers = createLeftovers(storage, locks, id, () => adapter.resume());
            const ledger = createPageLedger(values, base.clock.now, id.slice(-8));
            const adapter = createAdapterClient({
              flushAt: 3,
              flushIntervalMs: 1_000,
              ledger,
              platform: {
                ...base,
                clock: {
                  ...base.clock,
                  after: (ms, work) => base.clock.after(ms, environment.whileAlive(work)),
                },
                messages: leftovers.store,
                values,
                exclusively: createExclusively(locks),
              },
              identity: {
                read: () => ({ user_id: undefined, anonymous_id: 'anon_1' }),
                identified() {},
                allow: ledger.allow,
              },
              onDrop: (drop) => told.push(drop),
              onError() {},
              transport: {
                room: () => 61_440,
                send: ({ body }) =>
                  environment.inFlight(async () => {
                    const fault = isWell ? 'ok' : script[requests++ % script.length];
                    if (fault === 'refused') throw new TypeError('fetch failed');
                    if (fault === '503') return { status: 503, body: '' };
                    if (fault === 'late') await new Promise((resolve) => setTimeout(resolve, 3_000));
                    const answer = answerTo(body);
                    if (fault === 'cut') throw new TypeError('cut');
                    return { status: 200, body: answer };
                  }),
              },
            });
            leftovers.look();
            return { environment, adapter, letGo: leftovers.letGo, takeBack: leftovers.takeBack };
          }

          let tabs = [open()];
          const kept: Tab[] = [];
          const end = (tab: Tab): void => {
            tabs = tabs.filter((other) => other !== tab);
            tab.environment.end();
          };
          for (const now of steps) {
            const tab = 'tab' in now ? tabs[now.tab % Math.max(tabs.length, 1)] : undefined;
            if (now.do === 'open') tabs.push(open());
            else if (now.do === 'wait') await vi.advanceTimersByTimeAsync(now.ms);
            else if (now.do === 'restore') {
              const back = kept.pop();
              if (!back) continue;
              back.environment.freeze(false);
              back.takeBack();
              back.adapter.resume();
              tabs.push(back);
            } else if (!tab) continue;
            else if (now.do === 'capture') {
              const properties = { order_id: `ord_${now.order}`, value: 1, currency: 'EUR' } as const;
              captured.add(tab.adapter.client.capture({ event: 'purchase', properties }).event_id!);
            } else if (now.do === 'identify') {
              captured.add(tab.adapter.client.identify({ user_id: 'cust_1' }).event_id!);
            } else if (now.do === 'hide') tab.adapter.leave();
            else if (now.do === 'kill') {
              // Between tasks: what a task captured is stored by then.
              await Promise.resolve();
              end(tab);
            } else {
              tab.adapter.leave();
              tab.letGo();
              await Promise.resolve();
              if (now.do === 'close' || tab.environment.isBusy) end(tab);
              else {
                tabs = tabs.filter((other) => other !== tab);
                tab.environment.freeze(true);
                kept.push(tab);
              }
            }
          }

          await vi.advanceTimersByTimeAsync(0);
          isWell = true;
          open();
          await vi.advanceTimersByTimeAsync(120_000);
          expect([...captured].filter((id) => !accepted.has(id))).toEqual([]);
          expect(told).toEqual([]);
          expect(profile.storedMessages()).toEqual([]);
          // Those of every tab, which would ring on in the next history.
          vi.clearAllTimers();
        },
      ),
      { numRuns: histories },
    );
  },
);
