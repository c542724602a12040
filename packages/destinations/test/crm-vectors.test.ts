import { expect, test } from 'vitest';
import type { JsonObject } from '@tracklayer/core';
import { destinations } from '../src/index.ts';
import { faultsOf } from './faults.ts';
import { mapVector, requestOf } from './prove-vector.ts';
import { vectorsOf, type VectorInput } from './read-vector.ts';

interface CrmVector {
  id: string;
  crm: 'hubspot' | 'salesforce';
  optional?: boolean;
  input?: unknown;
  config?: Record<string, unknown>;
  response?: { status: number; body?: unknown };
  expect: { reject?: string; requests?: { body?: JsonObject; path?: string }[] };
}

const { hubspot, salesforce } = destinations;
const vectors = vectorsOf<CrmVector>('crm').filter(({ optional }) => !optional);
const clear = ['email', 'phone', 'first_name', 'last_name', 'city', 'state', 'postal_code'];
const isEvents = ({ config }: CrmVector): boolean => config?.['event_name'] !== undefined;

/** An identify is mapped as the event that carries it to the CRM. */
function inputsOf({ input }: CrmVector): VectorInput[] {
  return [input].flat().map((one) => {
    const { identify, ...event } = one as VectorInput & {
      identify?: { user_id?: string; traits: JsonObject };
    };
    const user = identify?.traits ?? event.user;
    return Object.assign({ event: 'sign_up', event_id: JSON.stringify(user) }, event, {
      user_id: identify?.user_id,
      user,
    });
  });
}

const contacts = vectors.filter(
  (vector) => vector.crm === 'hubspot' && vector.expect.requests && !isEvents(vector),
);
test.each(contacts)('$id', (vector) => {
  const mapped = inputsOf(vector).map((input) => mapVector(hubspot, {}, { input }, clear));
  const { url, json } = requestOf(
    hubspot,
    {},
    mapped.map((one) => ('payload' in one ? one.payload : {})),
  );
  expect(url).toMatch(/\/crm\/objects\/[\d-]+\/contacts\/batch\/upsert$/);
  expect(faultsOf(json, vector.expect.requests?.[0]?.body)).toEqual([]);
});

test.each(vectors.filter(isEvents).filter(({ crm }) => crm === 'hubspot'))('$id', (vector) => {
  const { event_name, properties } = vector.config as {
    event_name: string;
    properties: Record<string, string>;
  };
  const settings = {
    send: 'events',
    properties,
    events: { sign_up: event_name },
  };
  const mapped = inputsOf(vector).map((input) => mapVector(hubspot, settings, { input }, clear));
  const { url, json } = requestOf(
    hubspot,
    settings,
    mapped.map((one) => ('payload' in one ? one.payload : {})),
  );
  expect(url).toMatch(/\/events\/[\d-]+\/send\/batch$/);
  expect(faultsOf(json, { inputs: [vector.expect.requests?.[0]?.body] })).toEqual([]);
});

test.each(vectors.filter(({ expect: wanted }) => wanted.reject))('$id', (vector) => {
  const mapped = inputsOf(vector).map((input) => mapVector(hubspot, {}, { input }, clear));
  expect(mapped).toMatchObject([{ refused: { reason: vector.expect.reject } }]);
});

test.each(vectors.filter(({ crm }) => crm === 'salesforce'))(
  '$id: a lead without its names is refused',
  (vector) => {
    const settings = {
      externalId: 'Id__c',
      key: 'email',
    };
    const mapped = inputsOf(vector).map((input) => mapVector(salesforce, settings, { input }, clear));
    expect(mapped).toMatchObject([
      { refused: { reason: 'missing_required', fields: ['LastName', 'Company'] } },
    ]);
  },
);

test.each(vectors.filter(({ response }) => response))('$id', ({ response }) => {
  const answer = { status: response?.status ?? 0, body: JSON.stringify(response?.body) };
  const sent = [1, 2].map((n) => ({
    id: `c${n}`,
    idProperty: 'uid',
    objectWriteTraceId: `e${n}`,
    properties: {},
  }));
  expect(hubspot.read(answer, sent, { token: 't' })).toMatchObject({ all: { class: 'reject' } });
});
