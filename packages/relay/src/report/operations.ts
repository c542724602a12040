import { report } from '../openapi/answers.ts';
import type { Operation } from '../operation.ts';
import { getReport } from './serve-report.ts';

export const reportOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/api/report',
    summary: 'What arrives at each step and what does not, by event and day (W-40)',
    scope: 'events:read',
    query: {
      event: { type: 'string' },
      since: { type: 'string', default: '30d', examples: ['30d', '2026-11-16'] },
    },
    answer: report,
    others: [400],
    handle: (call) => getReport(call, call.query),
  },
];
