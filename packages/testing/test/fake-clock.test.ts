import { expect, test } from 'vitest';
import { createClient, createMemoryTransport } from '@tracklayer/core';
import { defaultPlatform } from '@tracklayer/core/adapter';
import { fakeClock, paidOrder } from '@tracklayer/testing';

test('time stands until it is advanced, and what falls due runs in order', async () => {
  const clock = fakeClock(1_000);
  const ran: string[] = [];
  clock.after(20, () => ran.push(`second at ${clock.now()}`));
  clock.after(10, () => ran.push(`first at ${clock.now()}`));
  const cancel = clock.after(15, () => ran.push('never'));
  cancel();
  await clock.advance(19);
  expect(ran).toEqual(['first at 1010']);
  clock.setWallClock(0);
  await clock.advance(1);
  expect(ran).toEqual(['first at 1010', 'second at 1']);
  expect(clock.monotonic()).toBe(20);
});

test('W-24 a client retries when its time has come, and not before', async () => {
  const clock = fakeClock();
  const transport = createMemoryTransport(({ attempt }) =>
    attempt === 1 ? { status: 503, retry_after: '30' } : undefined,
  );
  const client = createClient({ transport, flushAt: 1, platform: { ...defaultPlatform(), clock } });
  client.capture(paidOrder());
  await clock.advance(29_000);
  expect(transport.requests).toHaveLength(1);
  await clock.advance(5_000);
  expect(transport.delivered).toMatchObject([{ event_id: 'ord_10492_purchase' }]);
});
