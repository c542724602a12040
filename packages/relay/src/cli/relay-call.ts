import { TrackLayerError } from '@tracklayer/core';
import { readEndpoint } from '@tracklayer/core/adapter';
import type { Options } from 'ky';
import { developmentKeyPath, readKeyFile } from '../development-key.ts';
import { defaultDb, isLoopback } from '../config.ts';
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

/**
 * Calls one path of the relay, such as `api/registry`, and returns the JSON of its answer.
 *
 * @throws TrackLayerError `unreachable` or `setup`, with the relay's own reason.
 */
export type RelayCall = (path: string, options?: Options) => Promise<unknown>;

const timeoutMs = 10_000;

/** How to call the relay of `--url` and `--key`, else of the environment; nothing when no URL is given. */
export function createRelayCall(flags: RelayFlags, io: CliIo): RelayCall | undefined {
  const target = relayOf(flags, io);
  return target && ((path, options = {}) => callRelay(target, path, options, io));
}

/** Where the relay is, and the key to call it with; nothing when no URL is given. */
export function relayOf(flags: RelayFlags, { env }: CliIo): { url: string; key: string } | undefined {
  const given = flags.url ?? env['TRACKLAYER_URL'];
  if (given === undefined) return undefined;
  const url = readEndpoint(given);
  const key = flags.key ?? env['TRACKLAYER_KEY'] ?? keptKeyOf(url, env);
  if (key === undefined) throw invalid('name the key with --key or TRACKLAYER_KEY');
  // What no header can carry would be quoted by the error that says so.
  if (!/^[\x21-\x7e]+$/.test(key)) throw invalid('the key must be given as it was printed, on one line');
  return { url, key };
}

/** A relay on this machine keeps its key beside its database, where its own user may read it. */
function keptKeyOf(url: string, env: CliIo['env']): string | undefined {
  const { hostname } = new URL(url);
  return isLoopback(hostname.replace(/^\[|\]$/g, ''))
    ? readKeyFile(developmentKeyPath(env['TRACKLAYER_DB'] ?? defaultDb))
    : undefined;
}

async function callRelay(
  { url, key }: { url: string; key: string },
  path: string,
  options: Options,
  { fetch }: CliIo,
): Promise<unknown> {
  const { default: ky } = await import('ky');
  const address = `${url}/${path}`;
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
    throw new TrackLayerError('unreachable', `no relay answers at ${address}${reasonOf(cause)}`, { cause });
  });
  const body: unknown = await answer.json().catch(() => undefined);
  const isObject = typeof body === 'object' && body !== null;
  if (answer.ok && isObject) return body;
  // Every refusal of a relay has a code (docs/wire.md W-7).
  if (isObject && 'code' in body && 'detail' in body) {
    const code = answer.status === 429 || answer.status >= 500 ? 'unreachable' : 'setup';
    throw new TrackLayerError(code, `the relay answered ${answer.status}: ${String(body.detail)}`);
  }
  const what = [502, 503, 504].includes(answer.status)
    ? 'a proxy without its relay, it seems'
    : 'not a relay';
  throw new TrackLayerError(
    answer.status >= 500 ? 'unreachable' : 'setup',
    `${url} is ${what}: ${address} answered ${answer.status} with ${typeOf(answer)}. Name the address that \`tracklayer serve\` prints`,
  );
}

function typeOf(answer: Response): string {
  const [type = ''] = (answer.headers.get('content-type') ?? '').split(';');
  return type.trim() || 'no content type';
}

/** The system's own word for it, such as `ECONNREFUSED`. */
function reasonOf(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause.name === 'TimeoutError') return ` within ${timeoutMs / 1_000} s`;
    if ('code' in cause && typeof cause.code === 'string') return ` (${cause.code})`;
  }
  return '';
}

const invalid = (detail: string): TrackLayerError => new TrackLayerError('invalid_options', detail);
