import { expect, test } from 'vitest';
import {
  destinations,
  mapEvent,
  problemsOfSettings,
  type AnyDestination,
  type CommonSettings,
} from '../src/index.ts';
import { faultsOfVector, mapVector, requestOf, type EventVector } from './prove-vector.ts';
import { at, vectorsOf, type VectorInput } from './read-vector.ts';

// Consent is the subject of none of them.
const consent = { unknown: 'granted' } as const;
const settings = {
  meta: { consent, dataset: '1', token: 't' },
  tiktok: { consent, pixel: 'PIXEL', token: 't' },
  linkedin: { consent, rules: { purchase: '23456', sign_up: '789123' }, token: 't' },
  google: {
    consent,
    account: '1234567890',
    conversionActions: { purchase: '12345', qualify_lead: '12345' },
    serviceAccount: '{}',
  },
};
const { meta, google, ga4, linkedin, tiktok } = destinations;
const named = <Vector extends { id: string }>(vectors: readonly Vector[]) =>
  vectors.map((vector) => [vector.id, vector] as const);

test.each(named(vectorsOf<EventVector>('meta-events')))('%s', (_, vector) => {
  expect(faultsOfVector(meta, settings.meta, vector, (body) => at(body, 'data.0'))).toEqual([]);
});

// The older Google Ads API takes nobody new, and is not served.
const googleVectors = vectorsOf<EventVector>('google-ads').filter(
  ({ api }) => !api?.startsWith('google-ads legacy'),
);
test.each(named(googleVectors))('%s', (_, vector) => {
  expect(faultsOfVector(google, settings.google, vector)).toEqual([]);
});

const ga4Settings = ({ config = {} }: EventVector) => ({
  consent,
  measurementId: config['measurement_id'],
  apiSecret: config['api_secret'],
  firebaseAppId: config['firebase_app_id'],
});
const isOfSettings = (vector: EventVector): boolean => vector.expect.reject === 'config_error';
test.each(named(vectorsOf<EventVector>('ga4-events').filter((vector) => !isOfSettings(vector))))(
  '%s',
  (_, vector) => {
    expect(faultsOfVector(ga4, ga4Settings(vector), vector)).toEqual([]);
  },
);
test.each(named(vectorsOf<EventVector>('ga4-events').filter(isOfSettings)))('%s', (_, vector) => {
  expect(problemsOfSettings(ga4, ga4Settings(vector))).not.toEqual([]);
});

test.each(named(vectorsOf<EventVector>('linkedin').filter(({ batch }) => !batch)))('%s', (_, vector) => {
  // "400" and "400.00" are both fine there.
  const decimals = (text: string): string => text.replaceAll(/("amount":"\d+)"/g, '$1.00"');
  const expected = JSON.parse(decimals(JSON.stringify(vector))) as EventVector;
  expect(faultsOfVector(linkedin, settings.linkedin, expected)).toEqual([]);
});

test('li-013', () => {
  const [vector] = vectorsOf<{
    batch?: boolean;
    input: VectorInput[];
    config: { now: string };
    expect: { results: { reason?: string }[] };
  }>('linkedin').filter(({ batch }) => batch);
  const mapped =
    vector?.input.map((input) => mapVector(linkedin, settings.linkedin, { input, config: vector.config })) ??
    [];
  const reasons = mapped.map((one) => ('refused' in one ? one.refused.reason : undefined));
  expect(reasons).toEqual(vector?.expect.results.map(({ reason }) => reason));
  const payloads = mapped.flatMap((one) => ('payload' in one ? [one.payload] : []));
  expect(requestOf(linkedin, settings.linkedin, payloads).json['elements']).toHaveLength(1);
});

test.each(named(vectorsOf<EventVector>('tiktok')))('%s', (_, vector) => {
  expect(faultsOfVector(tiktok, settings.tiktok, vector)).toEqual([]);
});

interface ErrorVector {
  id: string;
  destination: string;
  response?: { status: number; body?: unknown };
  expect: { class: string };
  note?: string;
}
const payloadOf: Record<string, object> = {
  linkedin: { elements: [{}] },
  hubspot: { id: 'c1', idProperty: 'uid', objectWriteTraceId: 'e1', properties: {} },
};
const errorVectors = vectorsOf<ErrorVector>('errors').filter(
  ({ destination, response }) => response && destination !== 'google_ads_legacy',
);
test.each(named(errorVectors))('%s', (_, { destination, response, expect: wanted, note = '' }) => {
  const { status, body = '' } = response ?? { status: 0 };
  const type = destination === 'datamanager' ? 'google' : destination;
  const adapter: AnyDestination = destinations[type as keyof typeof destinations];
  const answer = { status, body: typeof body === 'string' ? body : JSON.stringify(body) };
  const reading = adapter.read(answer, [payloadOf[destination] ?? {}], { token: 't' });
  const got = 'all' in reading ? reading.all.class : 'each' in reading ? reading.each[0]?.class : 'ok';
  const also = /class (\w+) is acceptable/i.exec(note)?.[1];
  expect([wanted.class, also]).toContain(got);
});

const metaBatch = vectorsOf<{ id: string; destination: string; max: number }>('batch-limits').filter(
  ({ destination }) => destination === 'meta',
);
test.each(metaBatch)('$id', ({ max }) => {
  expect(meta.limits.perRequest).toBe(max);
});

const seconds = vectorsOf<{ id: string; input: string; format: string; output: string }>(
  'time-formats',
).filter(({ format }) => format === 'epoch_seconds');
test.each(seconds)('$id', ({ input, output }) => {
  const event = { event: 'sign_up', event_id: 'a', occurred_at: input, user_id: 'cust_1' };
  const timeOf = (destination: AnyDestination, given: CommonSettings): unknown =>
    at(mapEvent(destination, event, {}, given, { now: Date.parse(input) }), 'payload.event_time');
  expect(timeOf(meta, settings.meta)).toBe(Number(output));
  expect(timeOf(tiktok, settings.tiktok)).toBe(Number(output));
});
