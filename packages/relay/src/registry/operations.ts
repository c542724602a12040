import { registryDiff, registryVersions } from '../openapi/answers.ts';
import type { Operation } from '../operation.ts';
import { getRegistry, getVersion, listVersions, postDiff, putRegistry } from './serve-registry.ts';

const text = { type: 'string' };

export const registryOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/api/registry',
    summary: 'The registry in force (W-32)',
    scope: 'events:read',
    headers: { 'If-None-Match': text },
    answer: 'registry',
    others: [304],
    handle: (call) => getRegistry(call.request, call),
  },
  {
    method: 'put',
    path: '/api/registry',
    summary: 'Replace the version that was read (W-32)',
    scope: 'registry:write',
    body: 'registry',
    headers: { 'If-Match': { ...text, required: true } },
    answer: 'registry',
    others: [412, 428],
    writes: true,
    handle: (call) => putRegistry(call.request, call),
  },
  {
    method: 'post',
    path: '/api/registry/diff',
    summary: 'What a registry would change, against the one in force or an older one; changes nothing (W-55)',
    scope: 'events:read',
    query: { from: { type: 'integer', minimum: 1 } },
    body: 'registry',
    answer: registryDiff,
    others: [404],
    handle: (call) => postDiff(call),
  },
  {
    method: 'get',
    path: '/api/registry/versions',
    summary: 'Versions of the registry, newest first (W-32)',
    scope: 'events:read',
    query: {
      before: { type: 'integer', minimum: 1 },
      limit: { type: 'integer', minimum: 1, maximum: 100, default: 20 },
    },
    answer: registryVersions,
    others: [400],
    handle: (call) => listVersions(call, call.query),
  },
  {
    method: 'get',
    path: '/api/registry/versions/{version}',
    summary: 'One version of the registry, with its entries (W-32)',
    scope: 'events:read',
    answer: 'registry',
    others: [404],
    handle: (call) => getVersion(call, call.params['version'] ?? ''),
  },
];
