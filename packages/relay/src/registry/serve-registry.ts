import { inWords, type EventMap, type Events, type Registry } from '@tracklayer/core';
import { ofWebRequest, parseObject, readBody } from '@tracklayer/node/http-kit';
import { recordChange, type ChangeContext } from '../changes/record-change.ts';
import type { Call } from '../operation.ts';
import { refusal, storeUnavailable } from '../problem.ts';
import { readNumber } from '../read/read-number.ts';
import type { RegistryVersion } from '../store/registry.ts';
import type { Store } from '../store/store.ts';
import { checkEntries } from './check-entries.ts';
import { diffRegistries, worstOf, type RegistryDiff } from './diff-registries.ts';
import { usableRegistry } from './usable-registry.ts';

const defaultVersions = 20;
const maxVersions = 100;
/** An answer stays small, however wrong the body is. */
const maxProblems = 50;

interface RegistryContext {
  store: Store;
  environment: string;
}

interface PutContext extends RegistryContext, ChangeContext {
  store: Store;
  /** Those that entries may name. */
  events: Events<EventMap> | undefined;
}

/** `GET /api/registry` (docs/wire.md W-32): 304 to who has this version already. */
export async function getRegistry(
  request: Request,
  { store, environment }: RegistryContext,
): Promise<Response> {
  const current = await store.registry(environment);
  const known = request.headers.get('if-none-match');
  if (known !== null && versionOf(known) === current.version) {
    return new Response(null, { status: 304, headers: { etag: etagOf(current) } });
  }
  return answer(current);
}

/** `GET /api/registry/versions?before=&limit=`: the versions of the registry, newest first (docs/wire.md W-32). */
export async function listVersions(
  { store, environment }: RegistryContext,
  query: URLSearchParams,
): Promise<Response> {
  const limit = readNumber(query, 'limit', maxVersions) ?? defaultVersions;
  const before = readNumber(query, 'before', Number.MAX_SAFE_INTEGER);
  const versions = await store.registryVersions(environment, { before, limit });
  const last = versions.length === limit ? versions.at(-1)?.version : undefined;
  return Response.json({ versions, next_before: last !== undefined && last > 1 ? last : null });
}

/** `GET /api/registry/versions/{version}`: one version with its entries (docs/wire.md W-32). */
export async function getVersion(
  { store, environment }: RegistryContext,
  version: string,
): Promise<Response> {
  const found = /^\d{1,15}$/.test(version)
    ? await store.registryVersion(environment, Number(version))
    : undefined;
  if (!found) throw refusal(404, 'not_found', 'the registry of this environment has no such version');
  return Response.json(found);
}

/**
 * `PUT /api/registry` with `If-Match: <version>` (docs/wire.md W-32).
 *
 * @throws 428 without a version, 422 for entries that cannot be used, 412 when another version came first.
 */
export async function putRegistry(request: Request, context: PutContext): Promise<Response> {
  const { store, environment, events, now } = context;
  const replaces = versionOf(request.headers.get('if-match') ?? '');
  if (replaces === undefined) {
    const detail = 'send If-Match with the version that you read, such as If-Match: "3"; 0 for the first';
    throw refusal(428, 'precondition_required', detail);
  }
  const { entries } = await readEntries(request, events);
  const version = await store
    .putRegistry(environment, { replaces, entries, at: now() })
    .catch((cause: unknown) => {
      throw storeUnavailable(cause);
    });
  if (version === undefined) {
    const current = await store.registry(environment);
    const detail = `version ${current.version} is in force, not ${replaces}; read it, and put yours again`;
    throw refusal(412, 'precondition_failed', detail, { headers: { etag: etagOf(current) } });
  }
  await recordChange(context, {
    action: 'registry.replaced',
    subject: `version ${version}`,
    detail: {
      entries: entries.length,
      approved: entries.filter(({ status }) => status === 'approved').length,
    },
  });
  return answer({ version, entries });
}

/**
 * `POST /api/registry/diff?from=` (docs/wire.md W-55): what the body's registry changes against the one in force, or
 * against the version `from`.
 *
 * @throws 404 for a version that there is not, 422 for entries that cannot be used.
 */
export async function postDiff({
  request,
  query,
  store,
  environment,
  events,
  now,
}: Pick<Call, 'request' | 'query' | 'store' | 'environment' | 'events' | 'now'>): Promise<Response> {
  const after = await readEntries(request, events);
  const from = readNumber(query, 'from', Number.MAX_SAFE_INTEGER);
  const found =
    from === undefined ? await store.registry(environment) : await store.registryVersion(environment, from);
  if (!found) throw refusal(404, 'not_found', 'the registry of this environment has no such version');
  const changes = diffRegistries(usableRegistry(found.entries, events), after, now(), events);
  const severity = worstOf(changes.map((one) => one.severity));
  const diff: RegistryDiff = { from: found.version, severity, changes };
  return Response.json(diff);
}

/** @throws 422 for entries that cannot be used, with every problem. */
async function readEntries(request: Request, events: Events<EventMap> | undefined): Promise<Registry> {
  const body = parseObject(await readBody(ofWebRequest(request)), '{ "entries": [entry, …] }');
  const checked = checkEntries(body, events);
  if ('problems' in checked) {
    const { problems } = checked;
    throw refusal(422, 'invalid_registry', problems.slice(0, maxProblems).map(inWords).join('; '), {
      errors: problems.slice(0, maxProblems),
    });
  }
  return checked.registry;
}

const answer = (registry: RegistryVersion): Response =>
  Response.json(registry, { headers: { etag: etagOf(registry), 'cache-control': 'no-cache' } });

const etagOf = ({ version }: RegistryVersion): string => `"${version}"`;

function versionOf(tag: string): number | undefined {
  const digits = /^\s*(?:W\/)?"?(\d{1,15})"?\s*$/.exec(tag)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
