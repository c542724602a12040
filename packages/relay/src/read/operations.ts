import { eventPage, eventRecord, foundEvents } from '../openapi/answers.ts';
import type { Operation } from '../operation.ts';
import { listEvents, readEvent } from './events.ts';
import { findEvents } from './find-events.ts';

const text = { type: 'string' };

export const readOperations: readonly Operation[] = [
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
      deliveries: { const: 'true' },
      status: { enum: ['accepted', 'rejected'] },
    },
    answer: eventPage,
    others: [400],
    handle: ({ store, environment, query }) => listEvents(store, environment, query),
  },
  {
    method: 'post',
    path: '/api/events/find',
    summary: 'Events by id, person, source or deliveries; the query is not in the URL (W-57)',
    scope: 'events:read',
    body: {
      type: 'object',
      properties: {
        id: text,
        event: text,
        user_id: text,
        source: text,
        status: { enum: ['accepted', 'rejected'] },
        destination: text,
        delivery: { enum: ['pending', 'accepted', 'failed', 'skipped'] },
        reason: text,
        day: { type: 'string', format: 'date' },
        after: text,
        limit: { type: 'integer', minimum: 1, maximum: 500, default: 50 },
      },
    },
    answer: foundEvents,
    handle: findEvents,
  },
  {
    method: 'get',
    path: '/api/events/{event_id}',
    summary: 'One event with all that is known of it (W-30)',
    scope: 'events:read',
    answer: eventRecord,
    others: [404],
    handle: ({ store, environment, params }) => readEvent(store, environment, params['event_id'] ?? ''),
  },
];
