import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, onTestFinished, test, vi } from 'vitest';

// Certificates apart, the road of a request that may only leave for the public internet.
vi.resetModules();
vi.doMock('node:https', () => ({ request }));
const { createSendRequest } = await import('../../src/deliver/send-request.ts');
afterAll(() => {
  vi.doUnmock('node:https');
  vi.resetModules();
});

test.each([true, false])(
  'an answer that is too long is read as an empty one, for a public host alone: %s',
  async (publicOnly) => {
    const server = createServer((_, answer) => {
      answer.writeHead(200);
      answer.write(Buffer.alloc(1_048_577));
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const { signal } = new AbortController();
    const send = createSendRequest(true);
    const answer = await send({ url, method: 'POST', headers: {}, body: '{}' }, { publicOnly, signal });
    expect(answer).toMatchObject({ status: 200, body: '' });
  },
);

test('an answer that breaks off is none', async () => {
  const server = createServer((_, answer) => {
    answer.writeHead(200, { 'content-length': 9 });
    answer.write('{}', () => answer.destroy());
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const { signal } = new AbortController();
  const send = createSendRequest(true);
  const answer = await send({ url, method: 'POST', headers: {} }, { publicOnly: true, signal });
  expect(answer).toEqual({ detail: 'no answer came', isUnsent: false });
});
