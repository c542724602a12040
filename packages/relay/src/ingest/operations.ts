import { capture, identify } from '../openapi/answers.ts';
import type { Operation } from '../operation.ts';

const headers = { 'Idempotency-Key': { type: 'string' } };

export const ingestOperations: readonly Operation[] = [
  {
    method: 'post',
    path: '/api/capture',
    summary: 'Accept one event, or a batch; each event_id counts once (W-10 to W-15)',
    scope: 'events:write',
    body: 'capture',
    headers,
    answer: capture,
    writes: true,
  },
  {
    method: 'post',
    path: '/api/identify',
    summary: 'Tie an anonymous id to a person, with traits (W-16 to W-19)',
    scope: 'events:write',
    body: 'identify',
    headers,
    answer: identify,
    writes: true,
  },
];
