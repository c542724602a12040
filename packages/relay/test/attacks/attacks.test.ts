// Every attack on a collector, on the relay with a key and on the first-party endpoint as a page.
import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { collectors, order, secret, visitor, type Collector } from './collectors.ts';

const json = JSON.stringify;
const idsOf = async ({ store }: Collector): Promise<unknown[]> => {
  const { events } = await store.events('production', { limit: 500, status: 'accepted' });
  return events.map(({ event }) => event.event_id);
};
/** A refusal says what is wrong and repeats nothing. */
async function refusalOf(response: Response, ...secrets: string[]): Promise<[number, unknown]> {
  const text = await response.text();
  for (const each of [secret, ...secrets]) expect(text).not.toContain(each);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  return [response.status, (JSON.parse(text) as { code: unknown }).code];
}
async function statusesOf(response: Response): Promise<unknown[]> {
  expect(response.status).toBe(200);
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  const { results } = (await response.json()) as { results: { status: unknown }[] };
  return results.map(({ status }) => status);
}
/** Tries an attack on each collector. */
async function all(attack: (collector: Collector) => Promise<void>): Promise<void> {
  for (const collector of await collectors()) await attack(collector);
}

test('attack 16: what is too large or too deep is refused, and its neighbours arrive', () =>
  all(async (collector) => {
    const { post } = collector;
    const tooLarge = [413, 'body_too_large'];
    expect(await refusalOf(await post(gzipSync(' '.repeat(20_000_000)), gzip))).toEqual(tooLarge);
    expect(await refusalOf(await post('['.repeat(1_048_576)))).toEqual([400, 'invalid_json']);
    const deep = `{"event":"purchase","event_id":"deep","properties":{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}}`;
    const keys = order('keys', {
      properties: Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`k${i}`, 1])),
    });
    const answer = await post(
      `{"batch":[${[json(order()), deep, json(keys), json(order('ord_2'))].join()}]}`,
    );
    expect(await statusesOf(answer)).toEqual(['accepted', 'rejected', 'rejected', 'accepted']);
    expect(await idsOf(collector)).toEqual(['ord_2_purchase', 'ord_1_purchase']);
  }));

const gzip = { headers: { 'content-encoding': 'gzip' } };

test('attack 16: 10 MB are refused before they have come', () =>
  all(async ({ url, name }) => {
    const { port } = new URL(url);
    const socket = connect(Number(port), '127.0.0.1');
    const head = ['POST /api/capture HTTP/1.1', `Host: 127.0.0.1:${port}`, 'Content-Type: application/json'];
    if (name === 'relay') head.push(`Authorization: Bearer ${secret}`);
    socket.write(`${[...head, 'Content-Length: 10000000'].join('\r\n')}\r\n\r\n{`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 413 [^]*connection: close/i);
    socket.destroy();
  }));

test('attack 17: only the whole key opens the relay, and only in its header', async () => {
  const [relay] = await collectors();
  const { post } = relay!;
  const wrong = ['tlk_test_0123456789abcdeX', secret.slice(0, -1), `${secret}x`, 'x'.repeat(10_000), ''];
  for (const key of wrong) {
    const answer = await post(json(order()), { headers: { authorization: `Bearer ${key}` } });
    expect(await refusalOf(answer)).toEqual([401, 'unauthorized']);
  }
  const inQuery = await post(json(order()), {
    path: `/api/capture?key=${secret}`,
    headers: { authorization: '' },
  });
  expect(await refusalOf(inQuery)).toEqual([401, 'unauthorized']);
  expect(await idsOf(relay!)).toEqual([]);
});

test('attack 18: no page of another origin gets in, by a form, by plain text or by asking', () =>
  all(async (collector) => {
    const { post, url } = collector;
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      expect((await post(json(order()), { headers: { 'content-type': type } })).status).toBe(415);
    }
    const evil = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    const asked = await fetch(`${url}/api/capture`, { method: 'OPTIONS', headers: evil });
    expect(asked.ok).toBe(false);
    expect(asked.headers.get('access-control-allow-origin')).toBeNull();
    expect(await idsOf(collector)).toEqual([]);
  }));

test.each<[string, string | Uint8Array, number, string]>([
  ['required fields on __proto__ alone', `{"__proto__":${json(order())}}`, 422, 'invalid_event'],
  ['a key twice', json(order()).replace('{', '{"event_id":"other",'), 422, 'invalid_event'],
  ['null', 'null', 400, 'invalid_json'],
  ['a BOM', `\uFEFF${json(order())}`, 400, 'invalid_json'],
  [
    'bad UTF-8',
    Buffer.concat([Buffer.from('{"event":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]),
    400,
    'invalid_json',
  ],
  ['half of it', json(order()).slice(0, -9), 400, 'invalid_json'],
  ['CR LF in the id', json(order('a', { event_id: 'a\r\nSet-Cookie: x=1' })), 422, 'invalid_event'],
  ['NUL in the id', json(order('a', { event_id: 'a\0' })), 422, 'invalid_event'],
  ['a megabyte in the id', json(order('a', { event_id: 'a'.repeat(1_000_000) })), 422, 'invalid_event'],
  ['a list as id', json(order('a', { event_id: ['a'] })), 422, 'invalid_event'],
  ['a list as name', json(order('a', { event: ['purchase'] })), 422, 'invalid_event'],
  ['the name of a built-in', json(order('a', { event: 'constructor' })), 422, 'invalid_event'],
  ['1e400 as value', json(order()).replace('129.95', '1e400'), 422, 'invalid_event'],
  ['"12,50" as value', json(order()).replace('129.95', '"12,50"'), 422, 'invalid_event'],
  ['NaN as value', json(order()).replace('129.95', 'NaN'), 400, 'invalid_json'],
  ['the year 9999', json(order('a', { occurred_at: '9999-12-31T23:59:59.999Z' })), 422, 'invalid_event'],
  ['the year 1970', json(order('a', { occurred_at: '1970-01-01T00:00:00.000Z' })), 422, 'invalid_event'],
  ['"yesterday"', json(order('a', { occurred_at: 'yesterday' })), 422, 'invalid_event'],
])('attack 19, 20, 21: %s is refused', (_, body, status, code) =>
  all(async (collector) => {
    expect(await refusalOf(await collector.post(body), 'Set-Cookie')).toEqual([status, code]);
    expect(await idsOf(collector)).toEqual([]);
  }),
);

test('attack 20: an event_id "__proto__" is an id like others, and pollutes nothing', () =>
  all(async (collector) => {
    expect((await collector.post(json(order('a', { event_id: '__proto__' })))).status).toBe(200);
    const built = order('b', {
      properties: { order_id: 'b', value: 1, currency: 'EUR', constructor: 1, toString: 'x', valueOf: {} },
    });
    expect((await collector.post(json(built))).status).toBe(200);
    expect(await idsOf(collector)).toEqual(['b_purchase', '__proto__']);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect('count' in Object || 'string' in Object || 'number' in Object).toBe(false);
  }));

test('attack 22: fifty copies at once are one event; another amount is a conflict, another environment another event', () =>
  all(async (collector) => {
    const { post, name, store } = collector;
    const answers = await Promise.all(Array.from({ length: 50 }, () => post(json(order()))));
    const statuses = await Promise.all(
      answers.map(async (answer) => ((await answer.json()) as { status: string }).status),
    );
    expect(statuses.toSorted()).toEqual(['accepted', ...Array<string>(49).fill('duplicate')]);
    const cheap = order('ord_1', { properties: { order_id: 'ord_1', value: 0.01, currency: 'EUR' } });
    expect(await (await post(json(cheap))).json()).toMatchObject({ status: 'duplicate', conflict: true });
    const elsewhere = { headers: { authorization: 'Bearer tlk_staging_0123456789' } };
    // A page holds no key: what it says of one is nothing to the endpoint.
    const expected = name === 'relay' ? 'accepted' : 'duplicate';
    expect(await (await post(json(order()), elsewhere)).json()).toMatchObject({ status: expected });
    expect(await store.event('production', 'ord_1_purchase')).toMatchObject({
      event: { properties: { value: 129.95 } },
    });
  }));

test('attack 23: a body that is cut, contradicts its length, or comes too slowly costs nobody anything', async () => {
  const [relay, endpoint] = await collectors({ bodyTimeoutMs: 300 });
  for (const collector of [relay!, endpoint!]) {
    const { port } = new URL(collector.url);
    const send = async (lines: string[], body: string, end: boolean): Promise<string> => {
      const socket = connect(Number(port), '127.0.0.1');
      const key = collector.name === 'relay' ? [`Authorization: Bearer ${secret}`] : [];
      const head = [
        'POST /api/capture HTTP/1.1',
        `Host: 127.0.0.1:${port}`,
        'Content-Type: application/json',
        ...key,
      ];
      socket.write(`${[...head, ...lines].join('\r\n')}\r\n\r\n${body}`);
      if (end) socket.end();
      let text = '';
      socket.on('data', (chunk: Buffer) => (text += chunk.toString())).on('error', () => undefined);
      await once(socket, 'close');
      return text;
    };
    const both = ['Content-Length: 5', 'Transfer-Encoding: chunked'];
    expect(await send(both, '0\r\n\r\n', false)).toMatch(/^HTTP\/1\.1 400 /);
    await send(['Content-Length: 500'], json(order()), true);
    expect(await idsOf(collector)).toEqual([]);
    expect((await collector.post(json(order()))).status).toBe(200);
  }
  const socket = connect(Number(new URL(endpoint!.url).port), '127.0.0.1');
  socket.write(
    'POST /api/capture HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{',
  );
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 408 [^]*connection: close[^]*slow_body/i);
});

test('attack 24: email_sha256 takes 64 lower-case hex digits of something', () =>
  all(async ({ post }) => {
    const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
    const hash = '973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b';
    for (const email_sha256 of [
      'test@example.com',
      hash.toUpperCase(),
      '55502f40dc8b7c769880b10874abc9d0',
      empty,
    ]) {
      const answer = await post(json({ anonymous_id: visitor, traits: { email_sha256 } }), {
        path: '/api/identify',
      });
      expect(await refusalOf(answer, email_sha256)).toEqual([422, 'invalid_event']);
    }
    const taken = await post(json({ anonymous_id: visitor, traits: { email_sha256: hash } }), {
      path: '/api/identify',
    });
    expect(taken.status).toBe(200);
  }));

test('attack 25: answers are never HTML, echo nothing, and stay small for junk', () =>
  all(async (collector) => {
    const { post, url } = collector;
    const markup = '<script>alert(1)</script>';
    const html = await post(json(order('a', { event: markup, user_id: 'ada@example.com' })), {
      headers: { accept: 'text/html' },
    });
    expect(await refusalOf(html, markup, 'ada@example.com')).toEqual([422, 'invalid_event']);
    for (const path of [
      '/api/../api/capture/x',
      '//evil.example/api',
      '/%2e%2e/etc/passwd',
      `/api/${markup}`,
    ]) {
      expect(await refusalOf(await post('{}', { path }), markup)).toEqual([404, 'not_found']);
    }
    const junk = {
      event: 7,
      event_id: {},
      user_id: [],
      anonymous_id: '',
      properties: 1,
      context: 2,
      source: 3,
      occurred_at: 4,
    };
    const answer = await post(json({ batch: Array.from({ length: 500 }, () => junk) }));
    const text = await answer.text();
    expect(text.length).toBeLessThanOrEqual(65_536);
    const { results } = JSON.parse(text) as { results: { status: string; errors?: unknown[] }[] };
    expect(results).toHaveLength(500);
    expect(results[0]?.errors?.length).toBeLessThanOrEqual(5);
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['rejected']));
    const single = await post(json(junk));
    expect(((await single.json()) as { errors: unknown[] }).errors.length).toBeLessThanOrEqual(5);
    await Promise.all(Array.from({ length: 300 }, (_, i) => post(`{"junk":${i}`)));
    expect((await post(json(order()))).status).toBe(200);
    expect(await idsOf(collector)).toEqual(['ord_1_purchase']);
    expect((await fetch(`${url}/`)).headers.get('x-content-type-options')).toBe('nosniff');
  }));
