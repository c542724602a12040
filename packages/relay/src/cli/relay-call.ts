import { TrackLayerError } from '@tracklayer/core';
import { readEndpoint } from '@tracklayer/core/adapter';
import { developmentKeyPath, readKeyFile } from '../development-key.ts';
import { defaultDb, isLoopback } from '../config/resolve-config.ts';
import { callRelay, type RelayCallQuestion } from '../remote/call-relay.ts';
import type { CliIo } from './io.ts';

/** Flags of every command that calls a relay. */
export interface RelayFlags {
  url?: string | undefined;
  key?: string | undefined;
}

export const urlFlag = ['--url <url>', 'the relay; or TRACKLAYER_URL'] as const;
export const keyFlag = [
  '--key <key>',
  'its key; better by TRACKLAYER_KEY, since others can read flags. Default for a relay on this machine: the one that `serve` keeps',
] as const;

/** Calls one path of the relay, such as `api/registry`. */
export type RelayCall = (path: string, question?: RelayCallQuestion) => Promise<unknown>;

/** How to call the relay of `--url` and `--key`, else of the environment; nothing when no URL is given. */
export function createRelayCall(flags: RelayFlags, io: CliIo): RelayCall | undefined {
  const target = relayOf(flags, io);
  return target && ((path, question) => callRelay({ ...target, fetch: io.fetch }, path, question));
}

/** The same, for commands that cannot do without. @throws TrackLayerError `invalid_options` when no URL is given. */
export function needRelayCall(flags: RelayFlags, io: CliIo): RelayCall {
  const call = createRelayCall(flags, io);
  if (!call) throw invalid('name the relay with --url or TRACKLAYER_URL');
  return call;
}

/** Where the relay is, and the key to call it with; nothing when no URL is given. */
export function relayOf(flags: RelayFlags, { env }: CliIo): { url: string; key: string } | undefined {
  const given = flags.url ?? env['TRACKLAYER_URL'];
  if (given === undefined) return undefined;
  const url = readEndpoint(given);
  const key = flags.key ?? env['TRACKLAYER_KEY'] ?? keptKeyOf(url, env);
  if (key === undefined) throw invalid('name the key with --key or TRACKLAYER_KEY');
  // What no header can carry would be quoted by the error that says so.
  if (!/^[\x21-\x7e]+$/.test(key)) throw invalid('pass the key as it was printed, on one line');
  return { url, key };
}

/** A relay on this machine keeps its key beside its database, where its own user may read it. */
function keptKeyOf(url: string, env: CliIo['env']): string | undefined {
  const { hostname } = new URL(url);
  return isLoopback(hostname.replace(/^\[|\]$/g, ''))
    ? readKeyFile(developmentKeyPath(env['TRACKLAYER_DB'] ?? defaultDb))
    : undefined;
}

const invalid = (detail: string): TrackLayerError => new TrackLayerError('invalid_options', detail);
