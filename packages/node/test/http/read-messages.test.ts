import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { maxNesting, countKeys, scanJson } from '../../src/http/scan-json.ts';
import { readMessages } from '../../src/http/read-messages.ts';
import { Refusal } from '../../src/http/problem.ts';

const event = { event: 'login', event_id: 'a', user_id: 'u_1' };
const faultsOf = (text: string) => readMessages(text).messages.map(({ faults }) => faults);

function refusalOf(text: string): unknown {
  try {
    readMessages(text);
  } catch (cause) {
    if (cause instanceof Refusal) return cause.code;
    throw cause;
  }
  return undefined;
}

test('P-8 the scan of any JSON agrees with what JSON.parse makes of it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue({ maxDepth: 6 }), { maxLength: 6 }),
      fc.jsonValue(),
      (batch, around) => {
        const body = { before: around, batch, after: around };
        const text = JSON.stringify(body, null, 1);
        // No count of keys equals one with this key: the test below.
        fc.pre(!text.includes('"__proto__"'));
        const { whole, batch: spans, deep, isOpen, isTooLong } = scanJson(text, 64);
        expect([deep, isOpen, isTooLong]).toEqual([[], false, false]);
        // Through text once: -0 is 0 in JSON.
        const parsed = JSON.parse(text) as typeof body;
        expect(whole.keys).toBe(3 + 2 * countKeys(parsed.before));
        parsed.batch.forEach((message, place) => {
          const span = spans?.[place];
          expect(span?.keys ?? 0).toBe(countKeys(message));
          const isContainer = typeof message === 'object' && message !== null;
          expect(span && JSON.parse(text.slice(span.start, span.end))).toEqual(
            isContainer ? message : undefined,
          );
        });
      },
    ),
  );
});

test('P-8 what is nested too deep, too large or says a key twice is marked, and its neighbours are read', () => {
  const deep = `{"event_id":"deep","properties":{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}}`;
  const large = JSON.stringify({ ...event, event_id: 'large', properties: { text: 'é'.repeat(21_000) } });
  const keys = `{"event_id":"keys","properties":{${Array.from({ length: 5_000 }, (_, i) => `"k${i}":1`).join()}}}`;
  const twice = '{"event":"login","event_id":"a","event_id":"b","user_id":"u_1"}';
  const proto = '{"event_id":"proto","properties":{"x":{"__proto__":{"y":1}}}}';
  const escaped = String.raw`{"event_id":"escaped","properties":{"a":1,"\u0061":2}}`;
  const good = JSON.stringify(event);
  const read = readMessages(`{"batch":[${[good, deep, large, keys, twice, proto, escaped, good].join()}]}`);
  expect(read.messages.map(({ faults }) => faults)).toEqual([
    [],
    [{ path: 'properties.a', message: 'is nested too deeply', code: 'too_deep' }],
    [{ path: '', message: 'is larger than 40 KiB', code: 'too_large' }],
    [{ path: '', message: 'has more than 4000 keys', code: 'too_large' }],
    [{ path: 'event_id', message: 'appears twice', code: 'invalid' }],
    [{ path: 'properties.x.__proto__', message: 'is not allowed as a key', code: 'invalid' }],
    [{ path: 'properties.a', message: 'appears twice', code: 'invalid' }],
    [],
  ]);
  const ids = read.messages.map(({ body }) => (body as { event_id?: string }).event_id);
  expect(ids.slice(0, 4)).toEqual(['a', 'deep', 'large', 'keys']);
});

test('an event that travels alone may be 40 KiB without what rides on it', () => {
  const room = 40_960 - Buffer.byteLength(JSON.stringify({ ...event, source: '' }));
  const full = { ...event, source: 'x'.repeat(room) };
  const sent_at = '2026-11-23T10:15:30.123Z';
  expect(faultsOf(JSON.stringify({ ...full, sent_at, client_report: { dropped: { expired: 1 } } }))).toEqual([
    [],
  ]);
  expect(faultsOf(JSON.stringify({ ...full, source: 'x'.repeat(room + 1), sent_at }))).toEqual([
    [{ path: '', message: 'is larger than 40 KiB', code: 'too_large' }],
  ]);
});

test('attack 16: a megabyte of brackets, objects or keys is refused before it is parsed', () => {
  const mib = 1_048_576;
  expect(refusalOf('['.repeat(mib))).toBe('invalid_json');
  expect(refusalOf('[{"a":'.repeat(170_000))).toBe('invalid_json');
  expect(refusalOf(`${'['.repeat(mib / 2)}${']'.repeat(mib / 2)}`)).toBe('invalid_json');
  expect(refusalOf(`{"batch":[${'{},'.repeat(340_000)}{}]}`)).toBe('too_many_events');
  expect(faultsOf(`{"event_id":"a","properties":{"x":[${'{},'.repeat(340_000)}{}]}}`)).toEqual([
    [{ path: '', message: 'is larger than 40 KiB', code: 'too_large' }],
  ]);
});

test.each([
  ['a batch beside a batch', '{"batch":[{}],"batch":[{}]}', 'invalid_batch'],
  ['a batch whose name is written in escapes', String.raw`{"b\u0061tch":[{}]}`, 'invalid_batch'],
  ['__proto__ beside the batch', '{"batch":[{}],"__proto__":{"a":1}}', 'invalid_batch'],
  ['a batch that is an object', '{"batch":{"a":{}}}', 'invalid_batch'],
  [
    'something deep beside the batch',
    `{"batch":[{}],"x":${'['.repeat(99)}${']'.repeat(99)}}`,
    'invalid_batch',
  ],
  ['no end', '{"batch":[{}', 'invalid_json'],
  ['too many ends', '{"batch":[{}]}]}', 'invalid_json'],
  ['a string without an end', '{"batch":["', 'invalid_json'],
])('W-12 a request is refused as a whole for %s', (_, text, code) => {
  expect(refusalOf(text)).toBe(code);
});

test('W-12 values in a message named batch, or with brackets in their text, are nothing special', () => {
  const message = {
    ...event,
    source: 'batch',
    properties: { batch: [{ a: '"]}[{' }], list: [['batch'], {}] },
  };
  expect(readMessages(JSON.stringify(message))).toMatchObject({
    isBatch: false,
    messages: [{ body: message, faults: [] }],
  });
  expect(faultsOf(JSON.stringify({ x: 'batch', batch: [message, 'text', null, [message]] }))).toEqual([
    [],
    [],
    [],
    [],
  ]);
  expect(maxNesting).toBeGreaterThan(8);
});
