import { generateKeyPairSync } from 'node:crypto';
import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import type { JsonObject } from '@tracklayer/core';
import {
  destinations,
  mapEvent,
  sunsets,
  type AnyDestination,
  type DestinationAnswer,
  type Reading,
} from '../src/index.ts';
import { known, now, paidOrder, types, working, type Type } from './destinations-with.ts';

const { google, hubspot, linkedin, meta, salesforce, webhook } = destinations;
const json = (status: number, body: unknown, more: Partial<DestinationAnswer> = {}): DestinationAnswer => ({
  status,
  body: JSON.stringify(body),
  content_type: 'application/json',
  ...more,
});

/** Payloads of a destination, and what an answer means for them. */
function payloadsOf(type: Type, count = 2): object[] {
  const destination: AnyDestination = destinations[type];
  return Array.from({ length: count }, (_, n) => {
    const event = paidOrder({ event_id: `ord_${n}_purchase`, user_id: `cust_${n}1` });
    const mapped = mapEvent(destination, event, known, working[type], { now });
    return 'payload' in mapped ? (mapped.payload as JsonObject) : {};
  });
}
function read(type: Type, answer: DestinationAnswer, payloads = payloadsOf(type)): Reading {
  const destination: AnyDestination = destinations[type];
  return destination.read(answer, payloads, working[type]);
}
const classesOf = (reading: Reading): string[] =>
  'all' in reading ? [reading.all.class] : 'each' in reading ? reading.each.map((one) => one.class) : ['ask'];

const remote = types.filter((type) => type !== 'dry-run');

test.each(remote)(
  '%s: HTML, a redirect, a cut or empty body and 10 MB of nothing deliver nothing',
  (type) => {
    const html = '<html>Sign in to the network</html>';
    // Webhooks and GA4 answer without a body, so a status alone has to do.
    const isStatusOnly = type === 'webhook';
    for (const answer of [
      { status: 200, body: html, content_type: 'text/html' },
      { status: 200, body: '{"events_received": ' },
      { status: 200, body: ' '.repeat(10_000_000) + '<' },
    ])
      expect(classesOf(read(type, answer)).includes('ok')).toBe(
        isStatusOnly || (type === 'heap' && !answer.body.includes('<')),
      );
    expect(classesOf(read(type, { status: 302, body: '' }))).toEqual(['config']);
  },
);

test.each(remote)('%s: 429 holds the destination, 503 and 408 the request; Retry-After is kept', (type) => {
  expect(read(type, { status: 429, body: '', retry_after: '7' })).toMatchObject({
    all: { class: 'throttle', afterMs: 7_000 },
  });
  for (const status of [500, 502, 503, 504, 408])
    expect(read(type, { status, body: '', retry_after: '7' })).toMatchObject({
      all: { class: 'retry', afterMs: 7_000 },
    });
});

test.each(remote)('%s: no answer throws, and no text of it with a person in it is kept', (type) => {
  const bodies = [
    'null',
    '[]',
    '"x"',
    '{"error":null}',
    '{"error":[]}',
    '[null]',
    '{"elements":[null]}',
    '{"results":{}}',
  ];
  for (const status of [200, 201, 207, 400, 401, 403, 404, 422, 500])
    for (const body of bodies) expect(() => read(type, { status, body })).not.toThrow();
  const message =
    'jane@example.com with Bearer EAAGm0PX4ZCpsBAKZCZCxZCmZAxZCZCZCZCZCZCZCZCZCZCZC failed for +49 171 1234567';
  const told = JSON.stringify(read(type, json(400, { error: { message, code: 100 }, message })));
  expect(told).not.toMatch(/jane@|EAAG|1234567/);
});

test('LinkedIn names the bad element, also where one event made two', () => {
  const two = { elements: [{}, {}] };
  const answer = json(422, { message: 'Invalid values, indices [2, 3] (0-indexed)' });
  expect(linkedin.read(answer, [two, two] as never, working.linkedin)).toMatchObject({
    all: { class: 'reject' },
    culprits: [1],
  });
});

test('LinkedIn: a batch with a status for each element is read one by one; a missing one goes again', () => {
  const answer = json(207, { elements: [{ status: 201 }, { status: 422, error: { message: 'no' } }] });
  expect(classesOf(read('linkedin', answer, payloadsOf('linkedin', 3)))).toEqual(['ok', 'reject', 'retry']);
});

test('LinkedIn: 65601, 426 and a missing version need a human', () => {
  expect(classesOf(read('linkedin', json(401, { serviceErrorCode: 65601 })))).toEqual(['auth_broken']);
  expect(classesOf(read('linkedin', json(426, { code: 'NONEXISTENT_VERSION' })))).toEqual(['config']);
  expect(classesOf(read('linkedin', json(400, { code: 'VERSION_MISSING' })))).toEqual(['config']);
});

test('Google: received is not accepted; the second call says what became of each record', () => {
  expect(read('google', json(200, { requestId: 'r-1' }))).toMatchObject({ ask: { ref: 'r-1' } });
  const confirm = (body: unknown): Reading =>
    google.confirm?.read(json(200, body), [0, 1, 2], working.google) ?? { each: [] };
  const status = (requestStatus: string, errorCounts: object[] = []) => ({
    requestStatusPerDestination: [{ requestStatus, errorInfo: { errorCounts } }],
  });
  expect(classesOf(confirm(status('PROCESSING')))).toEqual(['ask']);
  expect(classesOf(confirm(status('SUCCESS')))).toEqual(['ok']);
  const partial = status('PARTIAL_SUCCESS', [
    { recordCount: '1', reason: 'PROCESSING_ERROR_REASON_DUPLICATE_TRANSACTION_ID', recordIndices: [0] },
    { recordCount: '1', reason: 'PROCESSING_ERROR_REASON_EVENT_TOO_OLD', recordIndices: ['2'] },
  ]);
  expect(classesOf(confirm(partial))).toEqual(['duplicate', 'ok', 'reject']);
  expect(classesOf(confirm(status('FAILED', [{ reason: 'NO_CONSENT' }])))).toEqual([
    'reject',
    'reject',
    'reject',
  ]);
});

test('Google names the bad record by its field', () => {
  const answer = json(400, {
    error: {
      status: 'INVALID_ARGUMENT',
      message: 'There was a problem',
      details: [{ fieldViolations: [{ field: 'events.events[1].event_timestamp' }] }],
    },
  });
  expect(read('google', answer)).toMatchObject({ all: { class: 'reject' }, culprits: [1] });
});

test('HubSpot: 207 is read by trace id, a row that is missing goes again, two writes of one contact are one', () => {
  const contacts = [1, 2, 3].map((n) => ({
    id: `c${n}`,
    idProperty: 'uid',
    objectWriteTraceId: `e${n}`,
    properties: {},
  }));
  const answer = json(207, {
    results: [{ id: '901', objectWriteTraceId: 'e2' }],
    errors: [{ message: 'plan is not an option', context: { objectWriteTraceId: ['e1'] } }],
  });
  expect(classesOf(hubspot.read(answer, contacts, working.hubspot))).toEqual(['reject', 'ok', 'retry']);
  const same = ['x', 'y'].map((trace, n) => ({
    id: 'c1',
    idProperty: 'uid',
    objectWriteTraceId: trace,
    properties: { [trace]: `${n}` },
  }));
  const { body = '' } = hubspot.request(same, working.hubspot, { now }) ?? {};
  expect(JSON.parse(body)).toMatchObject({ inputs: [{ id: 'c1', properties: { x: '0', y: '1' } }] });
  const done = json(200, { results: [{ id: '901', objectWriteTraceId: 'y' }] });
  expect(classesOf(hubspot.read(done, same, working.hubspot))).toEqual(['ok', 'ok']);
});

test('Salesforce is read row by row; a locked row goes again', () => {
  const answer = json(200, [
    { id: '00Q1', success: true, errors: [] },
    { success: false, errors: [{ statusCode: 'UNABLE_TO_LOCK_ROW', message: 'busy' }] },
    { success: false, errors: [{ statusCode: 'REQUIRED_FIELD_MISSING', message: 'Company' }] },
  ]);
  expect(classesOf(read('salesforce', answer, payloadsOf('salesforce', 4)))).toEqual([
    'ok',
    'retry',
    'reject',
    'retry',
  ]);
});

test('Meta: fewer received than sent is not an acceptance', () => {
  expect(classesOf(read('meta', json(200, { events_received: 1 })))).toEqual(['retry']);
  expect(read('meta', json(200, { events_received: 2, fbtrace_id: 'A1' }))).toEqual({
    all: { class: 'ok', ref: 'A1' },
  });
  expect(classesOf(read('meta', json(200, { error: { code: 190 } })))).toEqual(['auth_broken']);
});

test('GA4 alone repeats nothing but purchases', () => {
  const { ga4 } = destinations;
  const [purchase] = payloadsOf('ga4', 1);
  expect(ga4.isRepeatable?.(purchase as never)).toBe(true);
  expect(ga4.isRepeatable?.({ events: [{ name: 'sign_up', params: {} }], timestamp_micros: 1 })).toBe(false);
});

test('a webhook signs time and body', () => {
  const { headers, body = '' } =
    webhook.request(payloadsOf('webhook', 1) as never, working.webhook, { now }) ?? {};
  expect(headers?.['tracklayer-signature']).toMatch(/^t=1795687200,v1=[0-9a-f]{64}$/);
  expect(JSON.parse(body)).toMatchObject({ type: 'event', event: { event_id: 'ord_0_purchase' } });
  expect(body).not.toMatch(/"email"|"phone"/);
});

test('service accounts of Google and Salesforce sign for a token, which is read with its end', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const serviceAccount = JSON.stringify({ client_email: 'tl@p.iam.gserviceaccount.com', private_key: pem });
  const asked = await google.token?.request({ ...working.google, serviceAccount }, now);
  const claims = decodeJwt(new URLSearchParams(asked?.body).get('assertion') ?? '');
  expect(asked?.url).toBe('https://oauth2.googleapis.com/token');
  expect(claims).toMatchObject({
    iss: 'tl@p.iam.gserviceaccount.com',
    scope: 'https://www.googleapis.com/auth/datamanager',
  });

  const { clientSecret: _, ...withoutSecret } = working.salesforce;
  const jwt = await salesforce.token?.request(
    { ...withoutSecret, privateKey: pem, username: 'tl@acme.com' },
    now,
  );
  expect(decodeJwt(new URLSearchParams(jwt?.body).get('assertion') ?? '')).toMatchObject({
    iss: 'c',
    sub: 'tl@acme.com',
  });
  const answer = json(200, { access_token: 'at', expires_in: 3_600, instance_url: 'https://eu.acme.com' });
  expect(salesforce.token?.read(answer, now)).toEqual({
    token: 'at',
    expires_at: now + 3_600_000,
    host: 'https://eu.acme.com',
  });
  expect(google.token?.read(json(400, { error: 'invalid_grant' }), now)).toMatchObject({
    failed: { class: 'auth_broken' },
  });
});

test('a sunset is announced ahead, by a clock that is given', () => {
  const all = Object.values(destinations);
  expect(sunsets(all, { now: Date.parse('2027-08-20'), days: 30 })).toMatchObject([
    { type: 'linkedin', days: 26 },
  ]);
  expect(sunsets(all, { now: Date.parse('2027-06-01'), days: 30 })).toEqual([]);
});

test('the limits of a destination are what its platform documents', () => {
  expect(meta.limits.perRequest).toBe(1_000);
  expect(Object.values(destinations).map(({ type, limits }) => [type, limits.perRequest])).toEqual([
    ['meta', 1_000],
    ['google', 2_000],
    ['ga4', 1],
    ['linkedin', 5_000],
    ['hubspot', 100],
    ['salesforce', 200],
    ['tiktok', 1_000],
    ['webhook', 1],
    ['heap', 1_000],
    ['dry-run', 1_000],
  ]);
});
