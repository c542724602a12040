import { jsonSchemas } from '@tracklayer/core/schema';
import type { Call, Operation } from '../operation.ts';
import { openApi } from './open-api.ts';

/** What anybody may ask for without a key; made once for a relay, at the first request. */
export const openApiOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/api/schema',
    summary: 'JSON Schemas of events, requests and the registry (W-38)',
    answer: { type: 'object', required: ['events', 'capture', 'identify', 'registry'] },
    handle: onceFor(({ events }) => jsonSchemas({ events })),
  },
  {
    method: 'get',
    path: '/api/openapi.json',
    summary: 'This document (W-38)',
    answer: { type: 'object', required: ['openapi', 'paths'] },
    handle: onceFor(({ operations, events }) => openApi(operations, events)),
  },
];

function onceFor(make: (call: Call) => object): (call: Call) => Response {
  const made = new WeakMap<object, string>();
  return (call) => {
    let text = made.get(call.metrics);
    if (text === undefined) made.set(call.metrics, (text = JSON.stringify(make(call))));
    return new Response(text, { headers: { 'content-type': 'application/json' } });
  };
}
