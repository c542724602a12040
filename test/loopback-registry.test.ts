import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startLoopbackRegistry, type LoopbackRegistry } from '../tools/loopback-registry.ts';

let registry: LoopbackRegistry;
beforeAll(async () => {
  registry = await startLoopbackRegistry({
    scope: '@tracklayer',
    upstream: 'https://registry.example.com/npm/',
  });
});
afterAll(() => registry.close());

const tarball = Buffer.from('a tarball');
const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;

/** What `npm publish` sends, but for the fields that are given. */
function publish(given: object, attachments: object = { 'a.tgz': { data: tarball.toString('base64') } }) {
  const manifest = { name: '@tracklayer/core', version: '1.0.0', dist: { integrity }, ...given };
  const body = {
    name: '@tracklayer/core',
    'dist-tags': { latest: manifest.version },
    versions: { [manifest.version]: manifest },
    _attachments: attachments,
  };
  return fetch(`${registry.url}@tracklayer%2fcore`, { method: 'PUT', body: JSON.stringify(body) });
}

test('a published version is served as npm reads it, once', async () => {
  expect((await publish({})).status).toBe(201);
  expect((await publish({})).status).toBe(409);
  const packument = (await (await fetch(`${registry.url}@tracklayer%2fcore`)).json()) as {
    versions: Record<string, { dist: { tarball: string } }>;
  };
  expect(packument).toMatchObject({ name: '@tracklayer/core', 'dist-tags': { latest: '1.0.0' } });
  const served = await fetch(packument.versions['1.0.0']?.dist.tarball ?? '');
  expect(Buffer.from(await served.arrayBuffer())).toEqual(tarball);
  expect(registry.published).toEqual(['@tracklayer/core@1.0.0']);
});

test.each([
  ['a workspace range', { dependencies: { '@tracklayer/core': 'workspace:^' } }, /nobody can install/],
  ['a file as a peer', { peerDependencies: { react: 'file:../react' } }, /nobody can install/],
  ['another integrity', { dist: { integrity: 'sha512-AAAA' } }, /integrity/],
  ['another name', { name: '@tracklayer/node' }, /names @tracklayer\/node/],
])('a publish with %s is rejected', async (_, given, problem) => {
  const response = await publish({ version: '2.0.0', ...given });
  expect(response.status).toBe(400);
  expect(await response.text()).toMatch(problem);
  expect((await publish({ version: '2.0.0' }, {})).status).toBe(400);
});

test('other packages come from the upstream registry', async () => {
  const response = await fetch(`${registry.url}@types%2fnode?a=1`, { redirect: 'manual' });
  expect(response.status).toBe(302);
  expect(response.headers.get('location')).toBe('https://registry.example.com/npm/@types%2fnode?a=1');
});
