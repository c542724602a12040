import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { createNodeClient } from '../src/index.ts';
import { listen } from './listen.ts';

/** The first report of a client that sends there, with its address and cause. */
const firstReport = (endpoint: string): Promise<string> =>
  new Promise((resolve) => {
    const client = createNodeClient({
      endpoint,
      flushAt: 1,
      shutdownTimeoutMs: 1,
      onError({ message }) {
        resolve(message);
        void client.close();
      },
      onDrop() {},
    });
    client.capture({ event: 'login', user_id: 'cust_2048' });
  });

/** A port that nothing listens on any more. */
async function closedPort(): Promise<string> {
  const { url, close } = await listen(createServer());
  await close();
  return url;
}

test('a refused port is reported with the address and the cause in words', async () => {
  const url = await closedPort();
  expect(await firstReport(url)).toBe(
    `[unreachable] ${url} gave no answer: the connection was refused. Is the server running, and is the port right? (ECONNREFUSED). Events are kept and retried`,
  );
});

test('a host name that does not exist is reported', async () => {
  expect(await firstReport('http://relay.invalid')).toMatch(
    /^\[unreachable\] http:\/\/relay\.invalid gave no answer: the host name (does not exist|could not be looked up) \(E\w+\)/,
  );
});

test('https on an http port is reported as that', async () => {
  const { url } = await listen(createServer((_, response) => response.end()));
  expect(await firstReport(url.replace('http:', 'https:'))).toContain('Is it https on an http port?');
});

test('a relay that fails is reported with its status', async () => {
  const { url } = await listen(createServer((_, response) => response.writeHead(503).end()));
  expect(await firstReport(url)).toBe(`[unreachable] ${url} responds with 503. Events are kept and retried`);
});

test('a refusal passes on what the server says, and the address', async () => {
  const { url } = await listen(
    createServer((_, response) => {
      response.writeHead(403, { 'content-type': 'application/problem+json' });
      response.end(JSON.stringify({ detail: 'the key lacks the scope events:write' }));
    }),
  );
  expect(await firstReport(url)).toBe(
    `[setup] ${url} responds with 403: the key lacks the scope events:write. Check endpoint, paths and key. Events are kept and retried`,
  );
});

test('an endpoint may have spaces around it, or be a URL', async () => {
  const url = await closedPort();
  expect(await firstReport(` ${url}/ `)).toContain(`${url} gave no answer`);
  expect(await firstReport(new URL(url) as never)).toContain(`${url} gave no answer`);
});

test.each([
  [undefined, '`endpoint` is missing'],
  ['', '`endpoint` is missing'],
  [8787, '`endpoint` must be a URL, got a number'],
  ['relay.example.com', '`endpoint` must be an http(s) URL'],
  ['https://key@relay.example.com', '`endpoint` must be an http(s) URL without credentials'],
])('an endpoint of %o is refused: %s', (endpoint, message) => {
  expect(() => createNodeClient({ endpoint } as never)).toThrow(`[invalid_options] ${message}`);
});
