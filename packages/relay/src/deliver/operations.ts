import { deliveryPage, destinationList, preview, replayed } from '../openapi/answers.ts';
import type { Operation } from '../operation.ts';
import { getDeliveries, getPreview, postReplay } from './serve-deliveries.ts';
import { getDestinations, pauseDestination } from './serve-destinations.ts';

const text = { type: 'string' };
const status = { enum: ['pending', 'accepted', 'failed', 'skipped'] };

export const deliverOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/api/deliveries',
    summary: 'Deliveries by status, destination and the word of their reason (W-42)',
    scope: 'events:read',
    query: {
      status,
      destination: text,
      reason: text,
      after: text,
      limit: { type: 'integer', minimum: 1, maximum: 500, default: 50 },
    },
    answer: deliveryPage,
    others: [400],
    handle: getDeliveries,
  },
  {
    method: 'get',
    path: '/api/deliveries/preview',
    summary: 'What would be sent of an event, or why nothing would; sends nothing (W-42)',
    scope: 'events:read',
    query: { event_id: text, destination: text },
    answer: preview,
    others: [404],
    handle: getPreview,
  },
  {
    method: 'post',
    path: '/api/deliveries/replay',
    summary: 'Send again what failed or was skipped, or what a destination never got (W-42)',
    scope: 'destinations:write',
    body: {
      type: 'object',
      required: ['destination', 'since'],
      properties: {
        destination: text,
        since: { type: 'string', format: 'date-time' },
        status: { enum: ['failed', 'skipped', 'never'], default: 'failed' },
        reason: text,
        dry: { type: 'boolean' },
      },
    },
    answer: replayed,
    others: [404],
    writes: true,
    handle: postReplay,
  },
  {
    method: 'get',
    path: '/api/destinations',
    summary: 'How each destination is (W-42)',
    scope: 'events:read',
    answer: destinationList,
    handle: getDestinations,
  },
  ...(['pause', 'resume'] as const).map((action): Operation => ({
    method: 'post',
    path: `/api/destinations/{destination}/${action}`,
    summary: `${action === 'pause' ? 'Hold' : 'Let go on'} one destination, for all relays (W-42)`,
    scope: 'destinations:write',
    answer: destinationList,
    others: [404],
    writes: true,
    handle: (call) => pauseDestination(call, action === 'pause'),
  })),
];
