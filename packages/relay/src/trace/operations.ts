import { trace } from '../openapi/answers.ts';
import type { Operation } from '../operation.ts';
import { getTrace } from './serve-trace.ts';

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
];
