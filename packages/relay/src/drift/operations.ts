import { drift, sightings } from '../openapi/answers.ts';
import type { Operation } from '../operation.ts';
import { getDrift, postDrift } from './serve-drift.ts';

const text = { type: 'string' };

export const driftOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/api/drift',
    summary: 'How events and labels have changed (W-38)',
    scope: 'events:read',
    query: { event: text, since: { type: 'string', default: '7d', examples: ['7d', '2026-11-16'] } },
    answer: drift,
    others: [400],
    handle: (call) => getDrift(call, call.query),
  },
  {
    method: 'post',
    path: '/api/drift',
    summary: 'Labels that a client saw, counted (W-38)',
    scope: 'events:write',
    body: sightings,
    headers: { 'Idempotency-Key': text },
    answer: { type: 'object', required: ['received'], properties: { received: { type: 'integer' } } },
    writes: true,
    handle: (call) => postDrift(call.request, call),
  },
];
