import {
  parseRegistry,
  readEndpoint,
  TrackLayerError,
  type EventMap,
  type Events,
  type Registry,
  type RegistryEntry,
} from '@tracklayer/core';
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

  async function call(path: string, init: RequestInit = {}): Promise<unknown> {
    const headers = { 'content-type': 'application/json', ...(init.headers as Record<string, string>) };
    const request = new Request(`${base}/${path}`, {
      ...init,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
      headers: { ...headers, authorization: `Bearer ${key}` },
    });
    const answer = await fetch(request).catch((cause: unknown) => {
      throw new Error(`no relay answers at ${request.url}`, { cause });
    });
    const body: unknown = await answer.json().catch(() => undefined);
    if (!answer.ok) throw new Error(`the relay answered ${answer.status}: ${detailOf(body)}`);
    return body;
  }

  return {
    async registry(events) {
      const body = (await call('api/registry')) as { version: number };
      return { version: body.version, registry: parseRegistry(body, { events }) };
    },
    async putRegistry(entries, replaces) {
      const init = {
        method: 'PUT',
        body: JSON.stringify({ entries }),
        headers: { 'if-match': `"${replaces}"` },
      };
      return ((await call('api/registry', init)) as { version: number }).version;
    },
    async drift({ event, since }) {
      const query = new URLSearchParams({ since, ...(event !== undefined && { event }) });
      return (await call(`api/drift?${query.toString()}`)) as Drift;
    },
  };
}

const detailOf = (body: unknown): string =>
  typeof body === 'object' && body !== null && 'detail' in body ? String(body.detail) : 'without a reason';
