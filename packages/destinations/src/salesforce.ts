import type { JsonObject } from '@tracklayer/core';
import type { Destination, DestinationAnswer, Outcome, OutgoingEvent, Reading } from './destination.ts';
import { textOf, type Person } from './person.ts';
import { byStatus, jsonOf, redact, wordOf } from './read-answer.ts';
import { refuse, type Mapped } from './refusal.ts';
import { salesforceToken } from './salesforce-token.ts';
import type { CommonSettings } from './settings.ts';

export interface SalesforceSettings extends CommonSettings<SalesforceRecord> {
  /** `https://acme.my.salesforce.com`. */
  instanceUrl: string;
  /** `Lead`, `Contact`, `Opportunity` or one of yours. Default `Lead`. */
  object?: string | undefined;
  /** The field by which a record is found or made: an external id that holds our key. */
  externalId: string;
  /** What stands in it. `email` needs the address in clear. Default `user_id`. */
  key?: 'user_id' | 'email' | 'lead_id' | 'order_id' | undefined;
  /** Fields by the event property or trait that they come from: `{ plan: 'Plan__c' }`. */
  fields?: Readonly<Record<string, string>> | undefined;
  /** Constant fields by canonical event: `{ purchase: { Status: 'Converted' } }`. */
  set?: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>> | undefined;
  /** Of the connected app. */
  clientId: string;
  /** For the client credentials flow; or `privateKey` and `username`. */
  clientSecret?: string | undefined;
  /** PKCS #8 in PEM, for the JWT bearer flow. */
  privateKey?: string | undefined;
  username?: string | undefined;
}

/** One record, with its object and external id beside the fields. */
export interface SalesforceRecord {
  attributes: { type: string };
  [field: string]: unknown;
}

const version = 'v68.0';

/** Salesforce upserts by external id (developer.salesforce.com, REST API: composite sObject collections). */
export const salesforce: Destination<SalesforceSettings, SalesforceRecord> = {
  type: 'salesforce',
  title: 'Salesforce',
  api: { version },
  settings: {
    instanceUrl: {
      kind: 'text',
      required: true,
      matches: /^https?:\/\/[^\s/]+$/,
      hint: 'https://acme.my.salesforce.com',
    },
    object: { kind: 'text', matches: /^\w+$/, hint: 'Lead, Contact, Opportunity or one of yours' },
    externalId: {
      kind: 'text',
      required: true,
      matches: /^\w+$/,
      hint: 'external id field that holds our key',
    },
    key: { kind: 'text', oneOf: ['user_id', 'email', 'lead_id', 'order_id'], hint: 'what stands in it' },
    fields: { kind: 'record', hint: 'event property or trait to field' },
    set: { kind: 'record', hint: 'constant fields by canonical event' },
    clientId: { kind: 'text', required: true, hint: 'of the connected app' },
    clientSecret: { kind: 'secret', hint: 'for the client credentials flow' },
    privateKey: { kind: 'secret', hint: 'PKCS #8 in PEM, for the JWT bearer flow' },
    username: { kind: 'text', hint: 'the user of the JWT bearer flow' },
  },
  problem: ({ clientSecret, privateKey, username }) =>
    clientSecret || (privateKey && username)
      ? undefined
      : '`clientSecret`, or `privateKey` and `username`, is missing',
  limits: { perRequest: 200 },
  consent: [],
  deduplicates: 'the external id: a record is made once and updated after',
  keeps: () => 'the record: delete it in Salesforce',
  events: 'all',
  map: mapToSalesforce,
  request(payloads, settings, { token, host }) {
    const { object = 'Lead', externalId, instanceUrl, endpoint, version: chosen = version } = settings;
    return {
      method: 'PATCH',
      url: `${endpoint ?? host ?? instanceUrl}/services/data/${chosen}/composite/sobjects/${object}/${externalId}`,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ allOrNone: false, records: mergedById(payloads, externalId) }),
    };
  },
  read: readSalesforce,
  token: salesforceToken,
};

const usualFields: Readonly<Record<string, string>> = {
  email: 'Email',
  first_name: 'FirstName',
  last_name: 'LastName',
  phone: 'Phone',
  company: 'Company',
  title: 'Title',
  city: 'City',
  state: 'State',
  postal_code: 'PostalCode',
};
/** Fields without which Salesforce makes no record. */
const required: Readonly<Record<string, readonly string[]>> = {
  Lead: ['LastName', 'Company'],
  Contact: ['LastName'],
};

function mapToSalesforce(
  event: OutgoingEvent,
  person: Person,
  { object = 'Lead', externalId, key = 'user_id', fields = {}, set = {} }: SalesforceSettings,
): Mapped<SalesforceRecord> {
  const { traits, user_id } = person;
  const found =
    key === 'user_id'
      ? user_id
      : key === 'email'
        ? textOf(traits, 'email')?.toLowerCase()
        : textOf(event.properties, key);
  if (found === undefined) return refuse('no_match_keys', [key]);
  const record: SalesforceRecord = {
    attributes: { type: object },
    [externalId]: found,
    ...(object === 'Lead' || object === 'Contact' ? named(traits, usualFields) : {}),
    ...named({ ...traits, ...event.properties }, fields),
    ...(Object.hasOwn(set, event.event) ? set[event.event] : {}),
  };
  const missing = (required[object] ?? []).filter((name) => record[name] === undefined);
  return missing.length > 0
    ? refuse('missing_required', missing, 'send the trait in clear (`clearTraits`), or set the field')
    : { payload: record };
}

function named(from: JsonObject, names: Readonly<Record<string, string>>): Record<string, unknown> {
  const pairs = Object.entries(names)
    .filter(([name]) => Object.hasOwn(from, name))
    .map(([name, to]) => [to, from[name]] as const)
    // Fields take text, numbers and yes or no.
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value) && value !== '');
  return Object.fromEntries(pairs);
}

/** An id may come once in a request, or Salesforce refuses it: later fields win, as they would one after the other. */
function mergedById(payloads: readonly SalesforceRecord[], externalId: string): SalesforceRecord[] {
  const byId = new Map<unknown, SalesforceRecord>();
  for (const record of payloads) byId.set(record[externalId], { ...byId.get(record[externalId]), ...record });
  return [...byId.values()];
}

interface Saved {
  id?: unknown;
  success?: unknown;
  errors?: readonly { statusCode?: unknown; message?: unknown; fields?: unknown }[];
}

const dayLimitMs = 3_600_000;

function readSalesforce(
  answer: DestinationAnswer,
  payloads: readonly SalesforceRecord[],
  { externalId }: SalesforceSettings,
): Reading {
  const body = jsonOf(answer) as unknown;
  if (answer.status === 204) return { all: { class: 'ok' } };
  if (answer.status === 201 && payloads.length === 1 && !Array.isArray(body)) return { all: { class: 'ok' } };
  if (answer.status >= 200 && answer.status < 300) {
    if (!Array.isArray(body)) return { all: byStatus(answer) };
    const ids = mergedById(payloads, externalId).map((record) => record[externalId]);
    return {
      each: payloads.map((record) => outcomeOf(body[ids.indexOf(record[externalId])] as Saved | undefined)),
    };
  }
  const first = (Array.isArray(body) ? (body[0] as unknown) : body) as
    | { errorCode?: unknown; message?: unknown }
    | undefined;
  const code = wordOf(first?.errorCode);
  const detail = code ? describe(code, first?.message) : byStatus(answer).detail;
  if (code === 'REQUEST_LIMIT_EXCEEDED') return { all: { class: 'throttle', afterMs: dayLimitMs, detail } };
  if (code === 'SERVER_UNAVAILABLE') return { all: { class: 'throttle', afterMs: 60_000, detail } };
  if (code === 'UNABLE_TO_LOCK_ROW') return { all: { class: 'retry', detail } };
  if (code === 'INVALID_SESSION_ID' || answer.status === 401)
    return { all: { class: 'refresh_auth', detail } };
  // 404: object or field are not there; 410: the version is retired.
  if (answer.status === 404 || answer.status === 410) return { all: { class: 'config', detail } };
  return { all: { ...byStatus(answer), detail } };
}

function outcomeOf(saved: Saved | undefined): Outcome {
  if (!saved) return { class: 'retry', detail: 'the answer has no row for it' };
  if (saved.success === true) return { class: 'ok', ...(typeof saved.id === 'string' && { ref: saved.id }) };
  const [error] = saved.errors ?? [];
  const code = wordOf(error?.statusCode) || 'UNKNOWN';
  const detail = describe(code, error?.message);
  return {
    class: code === 'UNABLE_TO_LOCK_ROW' || code === 'SERVER_UNAVAILABLE' ? 'retry' : 'reject',
    detail,
  };
}

const describe = (code: string, message: unknown): string =>
  `Salesforce ${code}: ${redact(typeof message === 'string' ? message : 'without a reason')}`;
