import type { Transport, WireRequest } from '@tracklayer/core';
import { createTestRelay, type TestRelay } from '../test-relay/test-relay.ts';
import type { SuiteTools } from './suite-tools.ts';

const body = '{"event":"sign_up","event_id":"cust_1_sign_up","user_id":"cust_1"}';
const request: WireRequest = {
  kind: 'capture',
  body,
  bytes: body.length,
  idempotency_key: 'key-1',
  attempt: 1,
  compress: false,
};

/**
 * Proves that a transport keeps what core's queue relies on: one attempt a call, every answer given back unread, and a
 * rejection where no whole answer came.
 *
 * @param make - a transport that sends to this endpoint.
 * @param tools - `openRelay`: for a page, where no port can be opened: `() => createTestRelay({ msw: worker, endpoint })`.
 *   Default: a relay on a free port of Node.js.
 * @example
 * import { expect, test } from 'vitest';
 * testTransport('undici', (endpoint) => createUndiciTransport({ endpoint }), { test, expect });
 */
export function testTransport(
  name: string,
  make: (endpoint: string) => Transport | Promise<Transport>,
  {
    test,
    expect,
    openRelay = () => createTestRelay({ port: 0 }),
  }: SuiteTools & { openRelay?: (() => Promise<TestRelay>) | undefined },
): void {
  function fact(title: string, prove: (relay: TestRelay, send: Send) => Promise<void>): void {
    test(`${name}: ${title}`, async () => {
      const relay = await openRelay();
      try {
        const transport = await make(relay.endpoint);
        await prove(relay, (more, signal = new AbortController().signal) =>
          transport.send({ ...request, ...more }, { signal }),
        );
      } finally {
        await relay.close();
      }
    });
  }

  fact('W-15 sends the body with its headers, once', async (relay, send) => {
    await send({ attempt: 3 });
    expect(relay.requests.map(({ text }) => text)).toEqual([body]);
    expect(relay.requests[0]).toMatchObject({ kind: 'capture', attempt: 3, idempotency_key: 'key-1' });
  });

  fact('W-16 sends an identify to its own path', async (relay, send) => {
    await send({ kind: 'identify', body: '{"user_id":"cust_1"}' });
    expect(relay.identifies).toMatchObject([{ user_id: 'cust_1' }]);
  });

  fact('W-21 gives the answer back as text, with its type', async (_, send) => {
    const answer = await send({});
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject({ event_id: 'cust_1_sign_up', status: 'accepted' });
    expect(answer.content_type?.startsWith('application/json')).toBe(true);
  });

  fact('W-24 a refusal is an answer, with its pause, and is not retried', async (relay, send) => {
    relay.answer(429, { retryAfter: 7 });
    expect(await send({})).toMatchObject({ status: 429, retry_after: '7' });
    expect(relay.requests.length).toBe(1);
  });

  fact('W-22 an answer that is not JSON comes back as it is', async (relay, send) => {
    relay.answer(200, { body: '<html>Sign in to the network</html>' });
    expect(await send({})).toMatchObject({ status: 200, body: '<html>Sign in to the network</html>' });
  });

  fact('W-28 an answer over 1 MiB is cut off', async (relay, send) => {
    relay.answer(200, { body: 'x'.repeat(2_000_000) });
    expect((await send({})).body.length <= 1_048_576).toBe(true);
  });

  for (const fault of ['cut', 'truncated'] as const) {
    fact(`W-23 an answer that is ${fault} rejects, once`, async (relay, send) => {
      relay[fault]();
      expect(await isRejected(send({}))).toBe(true);
      expect(relay.requests.length).toBe(1);
    });
  }

  fact('W-23 an abort ends an attempt that hangs', async (relay, send) => {
    relay.hang();
    const controller = new AbortController();
    const sent = isRejected(send({}, controller.signal));
    await relay.until(() => relay.requests.length > 0);
    controller.abort();
    expect(await sent).toBe(true);
  });
}

type Send = (more: Partial<WireRequest>, signal?: AbortSignal) => ReturnType<Transport['send']>;

const isRejected = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => false,
    () => true,
  );
