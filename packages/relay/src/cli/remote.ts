import {
  parseRegistry,
  type EventMap,
  type Events,
  type Registry,
  type RegistryEntry,
} from '@tracklayer/core';
import type { Drift } from '../drift/drift.ts';
import type { VersionSummary } from '../store/registry.ts';
import type { CliIo } from './io.ts';
import { createRelayCall, needRelayCall, type RelayCall, type RelayFlags } from './relay-call.ts';

/** A relay as commands see it. */
export interface Remote {
  registry(events: Events<EventMap> | undefined): Promise<{ version: number; registry: Registry }>;
  /** @throws when another version came first. Returns the new version. */
  putRegistry(entries: readonly RegistryEntry[], replaces: number): Promise<number>;
  /** One version that was. @throws TrackLayerError `setup` when there is none of this number. */
  registryVersion(version: number, events: Events<EventMap> | undefined): Promise<Registry>;
  /** Versions, newest first. */
  registryVersions(limit: number): Promise<readonly VersionSummary[]>;
  drift(query: { event?: string | undefined; since: string }): Promise<Drift>;
}

/** The relay of `--url` and `--key`, else of TRACKLAYER_URL and TRACKLAYER_KEY; nothing when no URL is given. */
export function remoteOf(flags: RelayFlags, io: CliIo): Remote | undefined {
  const call = createRelayCall(flags, io);
  return call && createRemote(call);
}

/** The same, for commands that cannot do without. @throws TrackLayerError `invalid_options` when no URL is given. */
export const needRemote = (flags: RelayFlags, io: CliIo): Remote => createRemote(needRelayCall(flags, io));

function createRemote(call: RelayCall): Remote {
  return {
    async registry(events) {
      const body = (await call('api/registry')) as { version: number };
      return { version: body.version, registry: parseRegistry(body, { events }) };
    },
    async putRegistry(entries, replaces) {
      const headers = { 'if-match': `"${replaces}"` };
      const put = await call('api/registry', { method: 'put', json: { entries }, headers });
      return (put as { version: number }).version;
    },
    async registryVersion(version, events) {
      return parseRegistry(await call(`api/registry/versions/${version}`), { events });
    },
    async registryVersions(limit) {
      const { versions } = (await call(`api/registry/versions?limit=${limit}`)) as {
        versions: readonly VersionSummary[];
      };
      return versions;
    },
    async drift({ event, since }) {
      const query = new URLSearchParams({ since, ...(event !== undefined && { event }) });
      return (await call(`api/drift?${query.toString()}`)) as Drift;
    },
  };
}
