import type { Operation } from '../operation.ts';
import { streamFeed } from './serve-feed.ts';

export const feedOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/api/stream',
    summary: 'What this relay answers, live, as server-sent events (W-41)',
    scope: 'events:read',
    query: { after: { type: 'integer' } },
    headers: { 'Last-Event-ID': { type: 'string' } },
    answer: 'stream',
    handle: (call) => streamFeed(call.request, call, call.query),
  },
];
