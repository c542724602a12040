import { storeUnavailable } from '../problem.ts';
import { statesOf } from '../deliver/destination-states.ts';
import { ownKey } from '../openapi/answers.ts';
import type { OwnKey } from '../keys.ts';
import type { Operation } from '../operation.ts';

export const healthOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/api/health',
    summary: 'Whether an event can be accepted durably (W-35)',
    answer: { type: 'object', required: ['status'], properties: { status: { const: 'ok' } } },
    writes: true,
    async handle({ store }) {
      await store.check().catch((cause: unknown) => {
        throw storeUnavailable(cause);
      });
      return Response.json({ status: 'ok' });
    },
  },
  {
    method: 'get',
    path: '/api/key',
    summary: 'What the key of this request may do (W-56)',
    scope: 'events:read',
    answer: ownKey,
    handle({ environment, key, scopes }) {
      const own: OwnKey = { environment, key, scopes: [...scopes] };
      return Response.json(own);
    },
  },
  {
    method: 'get',
    path: '/metrics',
    summary: 'Counts and times for Prometheus (W-35)',
    scope: 'events:read',
    answer: 'text',
    async handle({ store, environment, metrics, destinations, now }) {
      const text = await metrics.text(environment, {
        dropped: await store.dropped(environment),
        destinations: await statesOf({ store, environment, destinations, now }),
        now: now(),
      });
      return new Response(text, { headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' } });
    },
  },
];
