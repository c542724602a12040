import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An npm registry on loopback. */
export interface LoopbackRegistry {
  /** Ends with a slash, as npm writes it. */
  url: string;
  /** What was published, as `name@version`, in order. */
  published: readonly string[];
  close(): Promise<void>;
}

interface Packument {
  name: string;
  'dist-tags': Record<string, string>;
  versions: Record<string, Version>;
}

interface Version {
  name: string;
  version: string;
  dist: { tarball: string; integrity: string };
  [field: string]: unknown;
}

/** A publish is rejected: the answer's status, and what is wrong. */
class Rejection extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const largestPublish = 64 * 1_024 * 1_024;
const dependencyKinds = ['dependencies', 'peerDependencies', 'optionalDependencies', 'devDependencies'];

/**
 * Starts a registry that holds the packages of one scope in memory and redirects every other read to `upstream`.
 *
 * It is stricter than npm's own, because a mistake that npm accepts cannot be taken back: a publish needs a tarball with
 * the integrity it states, one version, no version that exists, and no `workspace:` or `file:` range in any dependency.
 */
export async function startLoopbackRegistry({
  scope,
  upstream,
}: {
  /** With the sign: `@tracklayer`. */
  scope: string;
  upstream: string;
}): Promise<LoopbackRegistry> {
  const packuments = new Map<string, Packument>();
  const tarballs = new Map<string, Buffer>();
  const published: string[] = [];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, search } = new URL(request.url ?? '/', 'http://registry');
    const path = decodeURIComponent(pathname).slice(1);
    const isOurs = path.startsWith(`${scope}/`);
    if (request.method === 'PUT' && isOurs) {
      const { name, version } = publish(path, await readBody(request), packuments, tarballs);
      published.push(`${name}@${version}`);
      return send(response, 201, { ok: true });
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') throw new Rejection(404, 'not found');
    if (!isOurs) {
      response.writeHead(302, { location: new URL(pathname.slice(1) + search, upstream).href }).end();
      return;
    }
    const tarball = tarballs.get(path);
    if (tarball) {
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(tarball);
      return;
    }
    const packument = packuments.get(path);
    if (!packument) throw new Rejection(404, `${path} was not published`);
    const host = `http://${request.headers.host}/`;
    const versions = Object.entries(packument.versions).map(([version, manifest]) => [
      version,
      { ...manifest, dist: { ...manifest.dist, tarball: host + tarballPath(manifest) } },
    ]);
    send(response, 200, { ...packument, versions: Object.fromEntries(versions) });
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      const status = error instanceof Rejection ? error.status : 500;
      send(response, status, { error: error instanceof Error ? error.message : String(error) });
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    published,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

const tarballPath = ({ name, version }: Version): string =>
  `${name}/-/${name.replace(/^.*\//, '')}-${version}.tgz`;

/** Checks one publish and keeps it, all or nothing. */
function publish(
  path: string,
  body: string,
  packuments: Map<string, Packument>,
  tarballs: Map<string, Buffer>,
): Version {
  const document = JSON.parse(body) as Partial<Packument> & {
    _attachments?: Record<string, { data: string }>;
  };
  const [manifest, ...others] = Object.values(document.versions ?? {});
  const [attachment] = Object.values(document['_attachments'] ?? {});
  if (!manifest || others.length > 0) throw new Rejection(400, `${path}: a publish must have one version`);
  if (!attachment) throw new Rejection(400, `${path}: a publish must have a tarball`);
  const { name, version, dist } = manifest;
  if (name !== path || document.name !== path)
    throw new Rejection(400, `${path}: the manifest names ${name}`);
  const known = packuments.get(name);
  if (known?.versions[version]) throw new Rejection(409, `${name}@${version} exists already`);
  for (const kind of dependencyKinds)
    for (const [dependency, range] of Object.entries((manifest[kind] ?? {}) as Record<string, string>))
      if (/^(workspace|file|link|catalog):/.test(range))
        throw new Rejection(400, `${name}: ${kind}.${dependency} is "${range}", which nobody can install`);
  const tarball = Buffer.from(attachment.data, 'base64');
  const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
  if (dist.integrity !== integrity)
    throw new Rejection(400, `${name}: the tarball does not have the integrity that its manifest states`);
  packuments.set(name, {
    name,
    'dist-tags': { ...known?.['dist-tags'], ...document['dist-tags'] },
    versions: { ...known?.versions, [version]: manifest },
  });
  tarballs.set(tarballPath(manifest), tarball);
  return manifest;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > largestPublish) throw new Rejection(413, 'a publish is limited to 64 MB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
