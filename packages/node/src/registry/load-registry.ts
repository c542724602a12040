import {
  isTrackLayerError,
  TrackLayerError,
  type EventMap,
  type Events,
  type Registry,
} from '@tracklayer/core';
import { readKey } from '../read-key.ts';
import { createRegistryHttp, type FetchedRegistry } from './registry-http.ts';

/** Options of {@link loadRegistry}. */
export interface LoadRegistryOptions {
  /** Base address of the relay: `https://relay.example.com`. */
  endpoint: string | undefined;
  /** Server key with the scope `events:read` (docs/wire.md W-8). */
  key: string | undefined;
  /** Events of your own that entries may name, by `defineEvents`. Default: the built-in ones. */
  events?: Events<EventMap> | undefined;
  /** How old the registry may be before it is asked for again, in milliseconds. Default `60_000`. */
  refreshIntervalMs?: number | undefined;
  /** How long a response may take, including its body, in milliseconds. Default `10_000`. */
  requestTimeoutMs?: number | undefined;
  /** In place of the platform's. */
  fetch?: typeof globalThis.fetch | undefined;
  /** Told of a refresh that failed, once a minute at most; the registry stays as it was. Default: nobody. */
  onError?: ((error: TrackLayerError) => void) | undefined;
}

const tellIntervalMs = 60_000;

/**
 * Loads the registry that is in force at the relay (docs/wire.md W-32) and keeps it current: what `tracklayer registry
 * push` puts reaches handlers and endpoint without a release. There is no timer: when it is used and the last look is
 * older than `refreshIntervalMs`, it looks again in the background, and answers from the new version once that is there.
 *
 * @returns a registry; an empty one, which promotes nothing, where none was put yet.
 * @throws TrackLayerError `invalid_options`; `setup` when endpoint or key are wrong; `unreachable`; `invalid_registry`.
 * @example
 * const registry = await loadRegistry({ endpoint: process.env.TRACKLAYER_URL, key: process.env.TRACKLAYER_KEY });
 * app.use('/tl', toNodeHandler(createCaptureHandler({ client: tracklayer, registry })));
 */
export async function loadRegistry(options: LoadRegistryOptions): Promise<Registry> {
  checkOptions(options);
  const { endpoint, events, refreshIntervalMs = 60_000, requestTimeoutMs = 10_000 } = options;
  const key = readKey(options.key);
  const ask = createRegistryHttp({ endpoint, key, events, requestTimeoutMs, fetch: options.fetch });
  let lookedAt = performance.now();
  let toldAt = -Infinity;
  let isLooking = false;
  let current = (await ask(undefined)) as FetchedRegistry;

  async function look(): Promise<void> {
    isLooking = true;
    lookedAt = performance.now();
    try {
      current = (await ask(current.etag)) ?? current;
    } catch (cause) {
      tell(cause);
    } finally {
      isLooking = false;
    }
  }

  function tell(cause: unknown): void {
    const now = performance.now();
    if (!isTrackLayerError(cause) || now < toldAt + tellIntervalMs) return;
    toldAt = now;
    try {
      options.onError?.(cause);
    } catch {
      // Nobody is left to tell.
    }
  }

  function inForce(): Registry {
    if (!isLooking && performance.now() - lookedAt >= refreshIntervalMs) void look();
    return current.registry;
  }

  return {
    get entries() {
      return inForce().entries;
    },
    find: (source, source_event) => inForce().find(source, source_event),
  };
}

function checkOptions({ refreshIntervalMs = 0, requestTimeoutMs = 1 }: LoadRegistryOptions): void {
  const fault =
    (!(refreshIntervalMs >= 0) && 'refreshIntervalMs must be a number of 0 or more') ||
    (!(requestTimeoutMs >= 1) && 'requestTimeoutMs must be a number of 1 or more');
  if (fault) throw new TrackLayerError('invalid_options', fault);
}
