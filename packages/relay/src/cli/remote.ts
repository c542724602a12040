import {
  parseRegistry,
  TrackLayerError,
  type EventMap,
  type Events,
  type Registry,
  type RegistryEntry,
} from '@tracklayer/core';
import { readEndpoint } from '@tracklayer/core/adapter';
import type { Options } from 'ky';
import type { Drift } from '../drift/drift.ts';
import type { CliIo } from './io.ts';

/** A relay as commands see it. */
export interface Remote {
  registry(events: Events<EventMap> | undefined): Promise<{ version: number; registry: Registry }>;
  /** @throws when another version came first. Returns the new version. */
  putRegistry(entries: readonly RegistryEntry[], replaces: number): Promise<number>;
  drift(query: { event?: string | undefined; since: string }): Promise<Drift>;
}

/** Flags of every command that calls a relay. */
export interface RemoteFlags {
  url?: string | undefined;
  key?: string | undefined;
}

const timeoutMs = 10_000;

/** The relay of `--url` and `--key`, else of TRACKLAYER_URL and TRACKLAYER_KEY; nothing when no URL is given. */
export function remoteOf(flags: RemoteFlags, { env, fetch }: CliIo): Remote | undefined {
  const url = flags.url ?? env['TRACKLAYER_URL'];
  const key = flags.key ?? env['TRACKLAYER_KEY'];
  if (url === undefined) return undefined;
  const base = readEndpoint(url);
  // What no header can carry would be quoted by the error that says so.
  if (key === undefined || !/^[\x21-\x7e]+$/.test(key))
    throw new TrackLayerError(
      'invalid_options',
      'give the key by TRACKLAYER_KEY or --key, as it was printed',
    );

  async function call(path: string, options: Options = {}): Promise<unknown> {
    const { default: ky } = await import('ky');
    const address = `${base}/${path}`;
    const answer = await ky(address, {
      ...options,
      headers: { ...(options.headers as Record<string, string>), authorization: `Bearer ${key}` },
      fetch: (request) => fetch(request as Request),
      redirect: 'manual',
      retry: 0,
      signal: AbortSignal.timeout(timeoutMs),
      timeout: false,
      throwHttpErrors: false,
    }).catch((cause: unknown) => {
      throw new TrackLayerError('unreachable', `no relay answers at ${address}`, { cause });
    });
    const body: unknown = await answer.json().catch(() => undefined);
    if (answer.ok) return body;
    const code = answer.status === 429 || answer.status >= 500 ? 'unreachable' : 'setup';
    throw new TrackLayerError(code, `the relay answered ${answer.status}: ${detailOf(body)}`);
  }

  return {
    async registry(events) {
      const body = (await call('api/registry')) as { version: number };
      return { version: body.version, registry: parseRegistry(body, { events }) };
    },
    async putRegistry(entries, replaces) {
      const put = { method: 'put', json: { entries }, headers: { 'if-match': `"${replaces}"` } };
      return ((await call('api/registry', put)) as { version: number }).version;
    },
    async drift({ event, since }) {
      const query = new URLSearchParams({ since, ...(event !== undefined && { event }) });
      return (await call(`api/drift?${query.toString()}`)) as Drift;
    },
  };
}

const detailOf = (body: unknown): string =>
  typeof body === 'object' && body !== null && 'detail' in body ? String(body.detail) : 'without a reason';
