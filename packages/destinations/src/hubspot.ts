import type { JsonObject } from '@tracklayer/core';
import type { Destination, OutgoingEvent } from './destination.ts';
import { mergedById, readHubSpot } from './hubspot-answers.ts';
import { hubspotList } from './hubspot-list.ts';
import type { HubSpotWrite } from './hubspot-write.ts';
import { textOf, type Person } from './person.ts';
import { refuse, type Mapped } from './refusal.ts';
import type { CommonSettings } from './settings.ts';

export interface HubSpotSettings extends CommonSettings<HubSpotWrite> {
  /** Token of a private app or a service key. */
  token: string;
  /** `contacts` creates and updates contacts; `events` sends custom events, which need Enterprise. Default `contacts`. */
  send?: 'contacts' | 'events' | undefined;
  /** A unique property of contacts that holds our `user_id`, for people whose address is not sent in clear. */
  userIdProperty?: string | undefined;
  /** For events: the portal's id, which their full names begin with (`pe123_purchase`). */
  portal?: string | undefined;
  /** Properties written there, by the event property or trait that they come from: `{ plan: 'current_plan' }`. */
  properties?: Readonly<Record<string, string>> | undefined;
  /** Lifecycle stage by canonical event, for contacts. HubSpot moves nobody backwards. */
  stages?: Readonly<Record<string, string>> | undefined;
}

const version = '2026-09';
const base = 'https://api.hubapi.com';

/** HubSpot contacts and custom events (developers.hubspot.com). */
export const hubspot: Destination<HubSpotSettings, HubSpotWrite> = {
  type: 'hubspot',
  title: 'HubSpot',
  api: { version },
  settings: {
    token: { kind: 'secret', required: true, hint: 'token of a private app or a service key' },
    send: { kind: 'text', oneOf: ['contacts', 'events'], hint: 'what is written' },
    userIdProperty: {
      kind: 'text',
      matches: /^\w+$/,
      hint: 'unique contact property that holds our user_id',
    },
    portal: { kind: 'text', matches: /^\d+$/, hint: 'id of the portal' },
    properties: { kind: 'record', hint: 'event property or trait to HubSpot property' },
    stages: { kind: 'record', hint: 'canonical event to lifecycle stage' },
  },
  limits: { perRequest: 100, requestsPerMinute: 600 },
  consent: [],
  deduplicates: 'contacts by id; custom events by uuid, one year',
  keeps: () => 'the contact with its events: delete the contact permanently in HubSpot',
  events: 'all',
  map: (event, person, settings) =>
    settings.send === 'events' ? mapToEvent(event, person, settings) : mapToContact(event, person, settings),
  groupOf: (write) => ('eventName' in write ? 'events' : `contacts ${write.idProperty}`),
  request(payloads, settings) {
    const dated = settings.version ?? version;
    const isEvents = payloads[0] !== undefined && 'eventName' in payloads[0];
    const path = isEvents ? `/events/${dated}/send/batch` : `/crm/objects/${dated}/contacts/batch/upsert`;
    return {
      method: 'POST',
      url: (settings.endpoint ?? base) + path,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${settings.token}` },
      body: JSON.stringify({ inputs: isEvents ? payloads : mergedById(payloads) }),
    };
  },
  read: readHubSpot,
  audience: hubspotList,
};

const contactProperties: Readonly<Record<string, string>> = {
  email: 'email',
  first_name: 'firstname',
  last_name: 'lastname',
  phone: 'phone',
  company: 'company',
  title: 'jobtitle',
  city: 'city',
  state: 'state',
  postal_code: 'zip',
  country: 'country',
  lifecycle_stage: 'lifecyclestage',
};
const usualStages: Readonly<Record<string, string>> = {
  generate_lead: 'lead',
  request_quote: 'lead',
  request_demo: 'lead',
  submit_application: 'lead',
  start_trial: 'opportunity',
  purchase: 'customer',
  convert_trial: 'customer',
  subscribe: 'customer',
  close_convert_lead: 'customer',
};
const mostProperties = 50;

function mapToContact(event: OutgoingEvent, person: Person, settings: HubSpotSettings): Mapped<HubSpotWrite> {
  const { traits, user_id } = person;
  const email = emailOf(traits);
  if (email === null) return refuse('invalid_email', ['traits.email']);
  const { userIdProperty, stages = usualStages } = settings;
  const who = email
    ? { id: email, idProperty: 'email' }
    : userIdProperty && user_id && { id: user_id, idProperty: userIdProperty };
  if (!who) return refuse('no_match_keys', ['traits.email', 'userIdProperty']);
  const stage = Object.hasOwn(stages, event.event) ? stages[event.event] : qualifiedStage(event);
  const properties = {
    ...textsOf(traits, contactProperties),
    ...(userIdProperty && user_id && { [userIdProperty]: user_id }),
    ...(stage && { lifecyclestage: stage }),
    ...textsOf({ ...traits, ...event.properties }, settings.properties ?? {}),
  };
  return { payload: { ...who, objectWriteTraceId: event.event_id, properties } };
}

function mapToEvent(event: OutgoingEvent, person: Person, settings: HubSpotSettings): Mapped<HubSpotWrite> {
  const email = emailOf(person.traits);
  if (email === null) return refuse('invalid_email', ['traits.email']);
  const utk = textOf(person.traits, 'hubspotutk');
  const who = email ? { email } : utk && { utk };
  if (!who) return refuse('no_match_keys', ['traits.email', 'traits.hubspotutk']);
  const isFull = /^pe\d+_/.test(event.name);
  if (!isFull && !settings.portal)
    return refuse('missing_required', ['portal'], 'or give full names in `events`, such as pe123_purchase');
  const { properties } = event;
  const all = Object.fromEntries(Object.keys(properties).map((name) => [name, name]));
  const kept = Object.entries(textsOf(properties, settings.properties ?? all)).slice(0, mostProperties);
  return {
    payload: {
      eventName: isFull ? event.name : `pe${settings.portal}_${event.name}`,
      uuid: event.event_id,
      occurredAt: new Date(event.at).toISOString(),
      ...who,
      properties: Object.fromEntries(kept),
    },
  };
}

/** The clear address; `null` for one that is none. */
function emailOf(traits: JsonObject): string | undefined | null {
  const email = textOf(traits, 'email')?.toLowerCase();
  return email === undefined || /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email) ? email : null;
}

const qualified: Readonly<Record<string, string>> = {
  mql: 'marketingqualifiedlead',
  sql: 'salesqualifiedlead',
};

function qualifiedStage({ event, properties }: OutgoingEvent): string | undefined {
  const { pipeline_stage: stage } = properties;
  return event === 'qualify_lead' && typeof stage === 'string' ? qualified[stage.toLowerCase()] : undefined;
}

function textsOf(from: JsonObject, names: Readonly<Record<string, string>>): Record<string, string> {
  const pairs = Object.entries(names).flatMap(([name, to]) => {
    const text = Object.hasOwn(from, name) ? propertyText(from[name]) : undefined;
    return text === undefined ? [] : [[to, text] as const];
  });
  return Object.fromEntries(pairs);
}

/** HubSpot's properties are text: lists are joined as its multiple choices are, objects are JSON. */
function propertyText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) return value.map((entry) => propertyText(entry) ?? '').join(';');
  return typeof value === 'object' ? JSON.stringify(value) : `${value as string | number | boolean}`;
}
