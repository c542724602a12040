import { trace } from '../openapi/answers.ts';
import type { Operation } from '../operation.ts';
import { findTrace, getTrace } from './serve-trace.ts';

export const traceOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/api/events/{event_id}/trace',
    summary: 'The way of one event, hop by hop (W-39)',
    scope: 'events:read',
    answer: trace,
    others: [404],
    handle: (call) => getTrace(call, call.params['event_id'] ?? ''),
  },
  {
    method: 'post',
    path: '/api/events/trace',
    summary: 'The trace of one event; the id is not in the URL (W-57)',
    scope: 'events:read',
    body: { type: 'object', required: ['event_id'], properties: { event_id: { type: 'string' } } },
    answer: trace,
    others: [404],
    handle: findTrace,
  },
];
