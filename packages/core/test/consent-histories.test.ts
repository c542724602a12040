import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ConsentSnapshot } from '@tracklayer/core';
import { createAdapterClient, createLedger } from '@tracklayer/core/adapter';
import { idsOf, isConserved, verdicts } from './client-with.ts';
import { paidOrder } from './events.ts';
import { createFakePlatform, settle } from './fake-platform.ts';
import { createFakeDevice } from './fake-store.ts';

const granted: ConsentSnapshot = { analytics: 'granted' };
const denied: ConsentSnapshot = { analytics: 'denied' };

const step = fc.oneof(
  { weight: 5, arbitrary: fc.constant('capture' as const) },
  { weight: 1, arbitrary: fc.constant('identify' as const) },
  { weight: 2, arbitrary: fc.constantFrom('grant' as const, 'deny' as const) },
  { weight: 1, arbitrary: fc.constantFrom('opt out' as const, 'opt in' as const) },
  { weight: 1, arbitrary: fc.constantFrom('leave' as const, 'return' as const, 'flush' as const) },
  { weight: 2, arbitrary: fc.constantFrom('a moment' as const, 'a minute' as const) },
);
const faults = ['ok', 'ok', 'refused', 'late', '503', '401', 'half'] as const;

// Each is short, with changes of mind in every place.
const histories = 5_000;

test(`P-5 P-1 nothing goes without consent, and every grant is heeded, over ${histories} generated histories`, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('pending' as const, granted, denied, undefined),
      fc.array(step, { minLength: 1, maxLength: 20 }),
      fc.array(fc.constantFrom(...faults), { minLength: 1, maxLength: 8 }),
      async (initial, steps, script) => {
        const platform = createFakePlatform();
        const device = createFakeDevice();
        const withdrawn = new Set<string>();
        const captured = new Set<string>();
        const dropped = new Set<string | null>();
        const accepted = new Set<string>();
        const late: (() => void)[] = [];
        const forbidden: string[] = [];
        let requests = 0;
        let isWell = false;
        const values = new Map<string, string>();
        const { client, consent, leave, resume } = createAdapterClient({
          ledger: createLedger(1_000),
          consent: initial,
          flushAt: 3,
          platform: {
            ...platform,
            messages: device.open(),
            values: {
              get: (key) => values.get(key),
              set: (key, value) => void values.set(key, value),
              remove: (key) => void values.delete(key),
            },
          },
          onDrop: ({ event_id }) => dropped.add(event_id),
          transport: {
            async send(request) {
              // Not by `expect`: what a transport throws is an outage.
              for (const id of idsOf(request)) {
                if (withdrawn.has(id) || consent() !== 'open') forbidden.push(id);
              }
              const fault = isWell ? 'ok' : script[requests++ % script.length];
              if (fault === 'refused') throw new TypeError('fetch failed');
              if (fault === '503' || fault === '401') return { status: Number(fault), body: '' };
              if (fault === 'late') await new Promise<void>((resolve) => late.push(resolve));
              const [first] = idsOf(request);
              const answer = verdicts(request, (id) => {
                if (fault === 'half' && id !== first) return { status: 'retry' };
                accepted.add(id);
                return { status: 'accepted' };
              });
              return { status: 200, body: '', ...answer };
            },
          },
        });

        async function withdraw(how: () => unknown): Promise<void> {
          const done = how();
          for (const id of captured) withdrawn.add(id);
          await done;
          expect([client.stats().pending, device.messages]).toEqual([0, []]);
        }

        for (const now of steps) {
          if (now === 'capture' || now === 'identify') {
            const { event_id } =
              now === 'capture'
                ? client.capture(paidOrder(`ord_${captured.size}`))
                : client.identify({ user_id: 'cust_2048', anonymous_id: 'anon_91b2' });
            if (event_id) captured.add(event_id);
            if ((event_id === null) !== (consent() === 'refused')) forbidden.push(now);
          } else if (now === 'grant') client.setConsent(granted);
          else if (now === 'deny') await withdraw(() => client.setConsent(denied));
          else if (now === 'opt out') await withdraw(client.optOut);
          else if (now === 'opt in') client.optIn();
          else if (now === 'leave') leave();
          else if (now === 'return') resume(true);
          else if (now === 'flush') void client.flush({ timeoutMs: 1_000 });
          else await platform.advance(now === 'a moment' ? 10 : 60_000);
          expect(consent() === 'open' ? [] : device.messages).toEqual([]);
          expect(isConserved(client.stats())).toBe(true);
          for (const answer of late.splice(0, 1)) answer();
        }

        isWell = true;
        client.optIn();
        client.setConsent(granted);
        void client.flush();
        await platform.advance(300_000);
        for (const answer of late) answer();
        await settle();
        expect(forbidden).toEqual([]);
        expect(client.stats().pending).toBe(0);
        expect(isConserved(client.stats())).toBe(true);
        // What was not withdrawn arrived.
        expect([...captured].filter((id) => !accepted.has(id) && !withdrawn.has(id))).toEqual([]);
        expect([...captured].filter((id) => !accepted.has(id) && !dropped.has(id))).toEqual([]);
      },
    ),
    { numRuns: histories },
  );
});
