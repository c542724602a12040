import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { WireAnswer, WireRequest } from '@tracklayer/core';
import { createAdapterClient, createLedger, type AdapterClient } from '@tracklayer/core/adapter';
import { idsOf, isConserved, verdicts } from './client-with.ts';
import { paidOrder } from './events.ts';
import { createFakePlatform, settle } from './fake-platform.ts';
import { createFakeDevice } from './fake-store.ts';

/** A server that keeps a ledger, and lies as told: what it accepted counts even when the answer is lost. */
function serverThat(faults: readonly string[]) {
  const ledger = new Map<string, string>();
  const bodies = new Map<string, Set<string>>();
  let next = 0;
  let isWell = false;
  const accept = (request: WireRequest): Partial<WireAnswer> =>
    verdicts(request, (id) => {
      if (id.startsWith('poison')) return { status: 'rejected', code: 'invalid_event' };
      const isKnown = ledger.has(id);
      ledger.set(id, id);
      return { status: isKnown ? 'duplicate' : 'accepted' };
    });
  return {
    ledger,
    bodies,
    recover() {
      isWell = true;
    },
    answer(request: WireRequest): Partial<WireAnswer> | Promise<Partial<WireAnswer>> {
      const body = JSON.parse(request.body) as { batch?: Record<string, unknown>[] } & Record<
        string,
        unknown
      >;
      for (const { sent_at: _, client_report: __, ...message } of body.batch ?? [body]) {
        const id = String(message['event_id']);
        bodies.set(id, (bodies.get(id) ?? new Set()).add(JSON.stringify(message)));
      }
      const hasPoison = idsOf(request).some((id) => id.startsWith('poison'));
      switch (isWell ? 'ok' : faults[next++ % faults.length]) {
        case 'refused':
          throw new TypeError('fetch failed');
        case 'cut':
          accept(request);
          throw new TypeError('terminated');
        case 'truncated': {
          const { body: text = '' } = accept(request);
          return { status: 200, body: text.slice(0, text.length / 2) };
        }
        case 'hang':
          return new Promise(() => {});
        case 'portal':
          return { status: 200, body: '<html></html>', content_type: 'text/html' };
        case '503':
          return { status: 503, retry_after: '2' };
        case '429':
          return { status: 429 };
        case '401':
          return { status: 401 };
        case '413':
          return request.bytes > 700 ? { status: 413 } : accept(request);
        case '400':
          return hasPoison ? { status: 400, body: 'no' } : accept(request);
        case 'half': {
          const [first] = idsOf(request);
          return verdicts(request, (id) => {
            if (id === first || id.startsWith('poison')) return { status: 'retry' };
            const isKnown = ledger.has(id);
            ledger.set(id, id);
            return { status: isKnown ? 'duplicate' : 'accepted' };
          });
        }
        default:
          return accept(request);
      }
    },
  };
}

const faults = [
  'ok',
  'refused',
  'cut',
  'truncated',
  'hang',
  'portal',
  '503',
  '429',
  '401',
  '413',
  '400',
  'half',
];

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('capture' as const), order: fc.nat(30) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('poison' as const), order: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('refused' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('identify' as const), person: fc.nat(2) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, 400, 5_000, 70_000) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('jump' as const),
      ms: fc.constantFrom(-3_600_000, 60_000, 3_600_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('flush' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('leave' as const), room: fc.constantFrom(900, 61_440) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('return' as const), isOnline: fc.boolean() }) },
);

// Histories that once lost an event.
const captureOf = (order: number) => ({ do: 'capture', order }) as const;
const poison = (order: number) => ({ do: 'poison', order }) as const;
const wait = <Ms extends number>(ms: Ms) => ({ do: 'wait', ms }) as const;
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;
const examples: [Step[], string[]][] = [
  [
    [captureOf(0), captureOf(1), poison(0), captureOf(2), wait(1), poison(1), wait(70_000)],
    ['401', 'ok', '400', '400', '400', 'ok'],
  ],
];

// Generated histories on one run; each is short, with every kind of fault.
const histories = 10_000;

test(`P-1 P-3 W-5 conservation, at least once, and stable ids and bodies hold over ${histories} generated histories`, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 20 }),
      fc.array(fc.constantFrom(...faults), { minLength: 1, maxLength: 12 }),
      async (steps, script) => {
        const server = serverThat(script);
        const platform = createFakePlatform();
        const device = createFakeDevice();
        const dropped = new Set<string | null>();
        // The same order captured by the next process, or after its refusal, is another capture with its own time.
        const captures = new Map<string, number>();
        const capture = (make: () => { event_id: string | null }): void => {
          const before = client.stats().duplicate;
          const id = make().event_id!;
          captures.set(id, (captures.get(id) ?? 0) + 1 - (client.stats().duplicate - before));
        };
        const start = (): AdapterClient =>
          createAdapterClient({
            ledger: createLedger(1_000),
            transport: {
              send: async (request) => ({ status: 200, body: '', ...(await server.answer(request)) }),
              room: () => room,
            },
            platform: { ...platform, messages: device.open() },
            flushAt: 3,
            maxBatchEvents: 8,
            onDrop: ({ event_id }) => dropped.add(event_id),
          });
        let room = 0;
        let adapter = start();
        let { client } = adapter;
        for (const now of steps) {
          if (now.do === 'capture') {
            const order = paidOrder(`ord_${now.order}`, { user_id: `cust_${now.order % 3}` });
            capture(() => client.capture(order));
          } else if (now.do === 'poison') {
            capture(() => client.capture(paidOrder(`poison_${now.order}`)));
          } else if (now.do === 'refused') {
            client.capture({ event: 'no such event' } as never);
          } else if (now.do === 'identify') {
            capture(() => client.identify({ user_id: `cust_${now.person}`, anonymous_id: 'anon_1' }));
          } else if (now.do === 'wait') await platform.advance(now.ms);
          else if (now.do === 'jump') platform.setWallClock(platform.clock.now() + now.ms);
          else if (now.do === 'flush') void client.flush({ timeoutMs: 1_000 });
          else if (now.do === 'leave') {
            room = now.room;
            adapter.leave();
          } else if (now.do === 'return') adapter.resume(now.isOnline);
          else {
            // A kill: what is in flight may still arrive, nobody reads its answer.
            platform.forgetTimers();
            adapter = start();
            ({ client } = adapter);
          }
          expect(isConserved(client.stats())).toBe(true);
        }
        server.recover();
        void client.flush();
        await platform.advance(300_000);
        await settle();
        const stats = client.stats();
        expect(isConserved(stats)).toBe(true);
        expect(stats.pending).toBe(0);
        expect(device.messages).toEqual([]);
        for (const id of captures.keys()) {
          expect([id, server.ledger.has(id)]).toEqual([id, !id.startsWith('poison')]);
        }
        for (const [id, bodies] of server.bodies) {
          expect(bodies.size, `${id} keeps its body`).toBeLessThanOrEqual(captures.get(id) ?? 0);
        }
      },
    ),
    { numRuns: histories, examples },
  );
});
