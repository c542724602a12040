import { changePage } from '../openapi/answers.ts';
import type { Operation } from '../operation.ts';
import { changeActions } from '../store/changes.ts';
import { getChanges } from './serve-changes.ts';

export const changeOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/api/changes',
    summary: 'Who changed what, and when, newest first (W-43)',
    scope: 'events:read',
    query: {
      action: { enum: changeActions },
      after: { type: 'string' },
      limit: { type: 'integer', minimum: 1, maximum: 500, default: 50 },
    },
    answer: changePage,
    others: [400],
    handle: getChanges,
  },
];
