import { createHmac } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { createRelay, createSqliteStore } from '../../src/index.ts';

const secret = 'heap-secret';
const key = 'tlk_test_0123456789abcdef';

interface Page {
  id?: number;
  name?: string;
  task?: string;
  page?: number;
  pages?: number;
  add?: unknown[];
  remove?: unknown[];
}

const pageOf = ({ id = 7, name = 'VIP', task = 't1', page = 1, pages = 1, ...members }: Page): string =>
  JSON.stringify({
    action_type: 'segment.users.sync',
    data: {
      segment: { id, name },
      sync_info: { page_number: page, total_pages: pages, sync_task_id: task },
      ...members,
    },
  });
const ids = (...names: unknown[]): { id: unknown }[] => names.map((id) => ({ id }));

/** A relay that Heap posts segments to. */
function setUp() {
  const errors: string[] = [];
  const relay = createRelay({
    store: createSqliteStore({ path: ':memory:' }),
    keys: [{ environment: 'production', secret: key, scopes: ['events:read'] }],
    heap: { secret },
    onError: (error) => void errors.push(String(error)),
  });
  onTestFinished(() => relay.close());
  let at = Date.now();
  /** Signs a body; what is sent may be another one. */
  const post = async (text: string, { age = 0, by = secret, sent = text } = {}) => {
    at += 1;
    const time = age > 0 ? at - age : at;
    const hmac = createHmac('sha256', by).update(String(time)).update(text).digest('base64');
    const answer = await relay.fetch(
      new Request('http://relay.test/api/heap/segments', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'heap-hash': `ts:${time},hmac:${hmac}` },
        body: sent,
      }),
    );
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const sizes = async (): Promise<Record<string, number>> => {
    const request = new Request('http://relay.test/api/audiences', {
      headers: { authorization: `Bearer ${key}` },
    });
    const { audiences } = (await (await relay.fetch(request)).json()) as {
      audiences: { audience: string; size: number }[];
    };
    return Object.fromEntries(audiences.map(({ audience, size }) => [audience, size]));
  };
  return { relay, post, sizes, errors };
}

test.each([
  [['a', 'b'], undefined, /heap\.environment is missing; this relay has a, b/],
  [['a'], 'c', /heap\.environment names no environment of a key; there are a/],
])('a relay of the environments %s whose segments belong to %s does not start', (names, environment, why) => {
  const keys = names.map((name) => ({ environment: name, secret: `${key}_${name}` }));
  const store = createSqliteStore({ path: ':memory:' });
  expect(() => createRelay({ store, keys, heap: { secret, environment } })).toThrow(why);
});

test("W-47 Heap's Segment Sync is taken by its signature, and by nothing else", async () => {
  const { relay, post, sizes, errors } = setUp();
  const text = pageOf({ name: 'Checkout stalled', add: ids('cust_1') });
  const refused = { status: 401, body: { code: 'bad_signature' } };
  expect(await post(text, { by: 'another' })).toMatchObject(refused);
  expect(await post(text, { age: 90_000 })).toMatchObject(refused);
  expect(await post(text, { sent: `${text} ` })).toMatchObject(refused);
  const bare = new Request('http://relay.test/api/heap/segments', { method: 'POST', body: text });
  expect(await (await relay.fetch(bare)).json()).toMatchObject({ code: 'bad_signature' });
  expect(await sizes()).toEqual({});
  // Once, and not for each: anybody can send what is refused.
  expect(errors).toEqual([expect.stringContaining('its signature is not of `secret`, or over a minute old')]);
  expect(await post(text)).toEqual({ status: 200, body: { status: 'synced' } });
  expect(await sizes()).toEqual({ checkout_stalled: 1 });
});

test.each([
  ['page 7 of 5', { page: 7, pages: 5 }, /page must be a whole number from 1 to total_pages \(5\)/],
  ['page 0', { page: 0 }, /page must be a whole number/],
  ['no sync', { task: '' }, /sync_id must be/],
  ['an odd sync', { task: 'a b' }, /sync_id must be/],
  ['50,001 members', { add: ids(...Array.from({ length: 50_001 }, (_, n) => n + 1)) }, /at most 50000/],
])('W-47 %s is accepted as invalid with its reason, since it would stay so', async (_, page, why) => {
  const { post, sizes, errors } = setUp();
  const answer = await post(pageOf(page));
  expect(answer).toMatchObject({ status: 200, body: { status: 'invalid' } });
  expect(answer.body['detail']).toMatch(why);
  expect(errors).toEqual([expect.stringMatching(why)]);
  expect(await sizes()).toEqual({});
});

test('W-47 two totals in one sync are invalid, and reported', async () => {
  const { post, sizes } = setUp();
  await post(pageOf({ pages: 2, add: ids('cust_1') }));
  expect((await post(pageOf({ page: 2, pages: 3, add: ids('cust_2') }))).body).toMatchObject({
    status: 'invalid',
    detail: expect.stringContaining('said mode delta and total_pages 2'),
  });
  expect(await sizes()).toEqual({ vip: 1 });
});

test('W-47 members that name nobody are left out and counted, and nobody is named', async () => {
  const { post, sizes, errors } = setUp();
  const add = ids('cust_1', 'jane@example.com', 'undefined', 'x'.repeat(10_240), 'cust_2');
  await post(pageOf({ add, remove: ids('cust_2') }));
  expect(await sizes()).toEqual({ vip: 1 });
  expect(errors).toEqual([
    expect.stringContaining('segment 7: 3 members are left out'),
    expect.stringContaining('segment 7: 1 came and left in one page, and are out'),
  ]);
  expect(errors.join()).not.toMatch(/jane|xxx/);
});

test('W-47 a page of 50,000 members is taken in', async () => {
  const { post, sizes } = setUp();
  const id = (n: number): string => `3f2a5c6e-0b1d-4e8f-9a7c-${String(n).padStart(12, '0')}`;
  const add = ids(...Array.from({ length: 50_000 }, (_, n) => id(n)));
  expect(await post(pageOf({ add }))).toMatchObject({ status: 200, body: { status: 'synced' } });
  expect(await sizes()).toEqual({ vip: 50_000 });
});

test('W-47 a page of 200,000 members is refused, and the operator hears of it', async () => {
  const { post, errors } = setUp();
  const add = Array.from({ length: 200_000 }, (_, n) => ({ id: `customer_${n}` }));
  expect((await post(pageOf({ add }))).status).toBe(413);
  expect(errors).toEqual([expect.stringContaining('a body over 4194304 bytes was refused')]);
});

test.each([
  ['Checkout stalled (7 days)', 'checkout_stalled_7_days'],
  ['../../x', 'x'],
  ['Käufer à vie', 'kaufer_a_vie'],
  ['a'.repeat(300), 'a'.repeat(64)],
  ['お客様', 'segment_7'],
  ['🙂', 'segment_7'],
  ['', 'segment_7'],
])('W-47 the audience of the segment %s is %s', async (name, audience) => {
  const { post, sizes } = setUp();
  await post(pageOf({ name, add: ids('cust_1') }));
  expect(await sizes()).toEqual({ [audience]: 1 });
});

test('W-47 two segments that come to one audience are reported by their ids', async () => {
  const { post, errors } = setUp();
  await post(pageOf({ id: 7, name: 'Checkout stalled', task: 'a', add: ids('cust_1') }));
  await post(pageOf({ id: 7, name: 'Checkout stalled', task: 'b', add: ids('cust_2') }));
  expect(errors).toEqual([]);
  await post(pageOf({ id: 9, name: 'checkout-STALLED!', task: 'c', add: ids('cust_3') }));
  expect(errors).toEqual([
    expect.stringContaining('segment 9: it is the audience checkout_stalled, and so was segment 7'),
  ]);
});
