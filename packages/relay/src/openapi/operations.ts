import type { Scope } from '../keys.ts';
import {
  capture,
  drift,
  eventPage,
  eventRecord,
  identify,
  registryVersions,
  sightings,
  trace,
  type Schema,
} from './answers.ts';

/** One thing that the relay does for callers; docs/wire.md says what it means. */
export interface Operation {
  method: 'get' | 'post' | 'put';
  path: string;
  summary: string;
  /** What the key must allow; none where no key is asked. */
  scope?: Scope;
  /** A schema of `/api/schema`, or one of its own. */
  body?: 'capture' | 'identify' | 'registry' | Schema;
  query?: Readonly<Record<string, Schema>>;
  headers?: Readonly<Record<string, Schema & { required?: boolean }>>;
  /** The body of 200; text where it is no JSON. */
  answer: Schema | 'text' | 'registry';
  /** Statuses beyond those of its scope, body and store. */
  others?: readonly number[];
  /** Ends in 503 when the store cannot commit. */
  writes?: boolean;
}

const text = { type: 'string' };
const idempotent = { 'Idempotency-Key': text };

export const operations: readonly Operation[] = [
  {
    method: 'get',
    path: '/',
    summary: 'What this is: a page for people, JSON for programs',
    answer: { type: 'object', required: ['name', 'version', 'docs'] },
  },
  {
    method: 'post',
    path: '/api/capture',
    summary: 'Accept one event, or a batch; each event_id counts once (W-10 to W-15)',
    scope: 'events:write',
    body: 'capture',
    headers: idempotent,
    answer: capture,
    writes: true,
  },
  {
    method: 'post',
    path: '/api/identify',
    summary: 'Tie an anonymous id to a person, with traits (W-16 to W-19)',
    scope: 'events:write',
    body: 'identify',
    headers: idempotent,
    answer: identify,
    writes: true,
  },
  {
    method: 'get',
    path: '/api/events',
    summary: 'Events, newest first (W-31)',
    scope: 'events:read',
    query: {
      after: text,
      limit: { type: 'integer', minimum: 1, maximum: 500, default: 50 },
      event: text,
      user_id: text,
      status: { enum: ['accepted', 'rejected'] },
    },
    answer: eventPage,
    others: [400],
  },
  {
    method: 'get',
    path: '/api/events/{event_id}',
    summary: 'One event with all that is known of it (W-30)',
    scope: 'events:read',
    answer: eventRecord,
    others: [404],
  },
  {
    method: 'get',
    path: '/api/events/{event_id}/trace',
    summary: 'The way of one event, hop by hop (W-39)',
    scope: 'events:read',
    answer: trace,
    others: [404],
  },
  {
    method: 'get',
    path: '/api/registry',
    summary: 'The registry in force (W-32)',
    scope: 'events:read',
    headers: { 'If-None-Match': text },
    answer: 'registry',
    others: [304],
  },
  {
    method: 'put',
    path: '/api/registry',
    summary: 'Replace the version that was read (W-32)',
    scope: 'registry:write',
    body: 'registry',
    headers: { 'If-Match': { ...text, required: true } },
    answer: 'registry',
    others: [412, 428],
    writes: true,
  },
  {
    method: 'get',
    path: '/api/registry/versions',
    summary: 'Versions of the registry, newest first (W-32)',
    scope: 'events:read',
    query: {
      before: { type: 'integer', minimum: 1 },
      limit: { type: 'integer', minimum: 1, maximum: 100, default: 20 },
    },
    answer: registryVersions,
    others: [400],
  },
  {
    method: 'get',
    path: '/api/registry/versions/{version}',
    summary: 'One version of the registry, with its entries (W-32)',
    scope: 'events:read',
    answer: 'registry',
    others: [404],
  },
  {
    method: 'get',
    path: '/api/drift',
    summary: 'How events and labels came apart from what they were (W-38)',
    scope: 'events:read',
    query: { event: text, since: { type: 'string', default: '7d', examples: ['7d', '2026-11-16'] } },
    answer: drift,
    others: [400],
  },
  {
    method: 'post',
    path: '/api/drift',
    summary: 'Labels that a client saw, counted (W-38)',
    scope: 'events:write',
    body: sightings,
    headers: idempotent,
    answer: { type: 'object', required: ['received'], properties: { received: { type: 'integer' } } },
    writes: true,
  },
  {
    method: 'get',
    path: '/api/schema',
    summary: 'JSON Schemas of events, requests and the registry (W-38)',
    answer: { type: 'object', required: ['events', 'capture', 'identify', 'registry'] },
  },
  {
    method: 'get',
    path: '/api/openapi.json',
    summary: 'This document (W-38)',
    answer: { type: 'object', required: ['openapi', 'paths'] },
  },
  {
    method: 'get',
    path: '/api/health',
    summary: 'Whether an event can be accepted durably (W-35)',
    answer: { type: 'object', required: ['status'], properties: { status: { const: 'ok' } } },
    writes: true,
  },
  {
    method: 'get',
    path: '/metrics',
    summary: 'Counts for Prometheus (W-35)',
    scope: 'events:read',
    answer: 'text',
  },
];
