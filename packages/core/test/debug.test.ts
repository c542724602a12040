import { debugClient, debugTransport } from '@tracklayer/core/debug';
import { createMemoryTransport, type WireAnswer, type WireRequest } from '@tracklayer/core';
import { expect, test } from 'vitest';
import { clientWith } from './client-with.ts';
import { paidOrder } from './events.ts';
import { settle } from './fake-platform.ts';

test('debug prints each capture, request and verdict, by ids and names and without properties', async () => {
  const lines: string[] = [];
  const print = (line: string): void =>
    void lines.push(line.replaceAll(/\d+ (ms|bytes)|[\da-f]{6}(?=:)/g, '…'));
  const transport = { ...createMemoryTransport(), endpoint: 'https://relay.example.com' };
  const client = debugClient(
    clientWith(undefined, { transport: debugTransport(transport, print) }).client,
    print,
  );
  client.capture(paidOrder('ord_1'));
  client.capture({ event: 'purchase', user_id: 'cust_1' } as never);
  await client.flush();
  await settle();
  expect(lines).toEqual([
    'TrackLayer captured purchase ord_1_purchase',
    'TrackLayer captured purchase (refused)',
    'TrackLayer settled purchase (refused): dropped, invalid_event: purchase: properties.order_id is missing; properties.value is missing; properties.currency is missing',
    'TrackLayer sends …: capture to https://relay.example.com, …, attempt 1',
    'TrackLayer answer …: 200 after …, 1 accepted',
    'TrackLayer settled purchase ord_1_purchase: delivered',
  ]);
  expect(lines.join()).not.toMatch(/129\.95|cust_2048/);
});

test('debug prints why no answer came', async () => {
  const lines: string[] = [];
  const transport = debugTransport({ send: () => Promise.reject(new Error('cut')) }, (line) =>
    lines.push(line),
  );
  const { client, platform } = clientWith(undefined, { transport });
  client.capture(paidOrder());
  void client.flush();
  await platform.advance(1);
  expect(lines.at(-1)).toMatch(/^TrackLayer answer [\da-f]{6}: none after \d+ ms, cut$/);
});

test('P-4 debug throws for no event, and calls a transport of a class on the instance', async () => {
  let closed = 0;
  class Pool {
    readonly inner = createMemoryTransport();
    send(request: WireRequest): Promise<WireAnswer> {
      return this.inner.send(request, { signal: new AbortController().signal });
    }
    close(): void {
      closed += this.inner.delivered.length;
    }
  }
  const transport = debugTransport(new Pool(), () => undefined);
  const client = debugClient(clientWith(undefined, { transport }).client, () => undefined);
  client.capture({
    get event(): never {
      throw new Error('of the app');
    },
  });
  client.capture(paidOrder());
  expect(await client.close()).toMatchObject({ delivered: 1, dropped: { invalid_event: 1 } });
  expect(closed).toBe(1);
});
