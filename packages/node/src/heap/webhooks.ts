import { TrackLayerError } from '@tracklayer/core';
import { maxBodyBytes } from '@tracklayer/core/adapter';
import { countSightings } from '../drift/count-sightings.ts';
import { ofWebRequest } from '../http/http-request.ts';
import { isFields, parseObject } from '../http/parse-object.ts';
import { jsonReply, toResponse } from '../http/reply.ts';
import { timeLimit } from '../http/time-limit.ts';
import { withoutBearer } from '../read-key.ts';
import { faultOfRegistry } from '../registry/fault-of-registry.ts';
import { createUsedSignatures, isSameSecret, isSignedByHeap } from './heap-hash.ts';
import { readSegmentSync } from './segment-sync.ts';
import { createTakeEvent, type Taken } from './take-event.ts';
import type {
  HeapWebhookDrift,
  HeapWebhookHandler,
  HeapWebhookOptions,
  HeapWebhookStats,
} from './webhook-options.ts';

const maxLabelsTold = 1_000;
const bodyTimeoutMs = 30_000;
const refusalsToldEveryMs = 600_000;

const answer = (value: unknown, status = 200): Response => toResponse(jsonReply(value, { status }));

/**
 * Makes the endpoint for Heap's webhooks: segment syncs, which carry `Heap-Hash`, and event webhooks, which bring
 * labelled events within seconds and without a release of the page. An event's business key makes its id, so one that
 * Heap sends twice, or that the page sent too, counts once.
 *
 * Heap repeats what is not answered 2xx. So what would fail again is answered 200 with its `status`, and counted;
 * 503 says that a callback threw. Used signatures are remembered in this process.
 *
 * @throws TrackLayerError `invalid_options` when an option can't be used.
 * @example
 * const webhooks = createHeapWebhookHandler({ secret, onSegmentSync: ({ segment, add }) => save(segment, add) });
 */
export function createHeapWebhookHandler(options: HeapWebhookOptions): HeapWebhookHandler {
  checkOptions(options);
  const { registry, client, onSegmentSync, onDrift, onError } = options;
  const [secret, eventSecret] = [options.secret, options.eventSecret].map((text) =>
    withoutBearer(text ?? ''),
  );
  const {
    eventHeader = 'authorization',
    maxBodyBytes: limit = maxBodyBytes,
    source = 'heap',
    now = Date.now,
  } = options;
  const sightings =
    registry && client?.reportSightings
      ? countSightings({ registry, source, report: client.reportSightings, now })
      : undefined;
  const watch = { onLabel: (label: string) => sightings?.add(label), onDrift: tellDrift };
  const takeEvent = registry && client ? createTakeEvent(options, registry, client, watch) : undefined;
  const signatures = createUsedSignatures();
  const told = new Set<string>();
  const toldAt = new Map<string, number>();
  const stats: HeapWebhookStats = {
    synced: 0,
    captured: 0,
    unmapped: 0,
    draft: 0,
    missing: 0,
    unmet: 0,
    invalid: 0,
    refused: 0,
    failed: 0,
  };

  function tell(detail: string, code: 'heap' | 'callback' = 'heap', cause?: unknown): void {
    try {
      onError?.(new TrackLayerError(code, detail, { cause }));
    } catch {
      // Nobody is left to tell.
    }
  }

  /** Anybody can send what is refused: once in ten minutes says enough. */
  function tellAtTimes(detail: string): void {
    if (now() - (toldAt.get(detail) ?? -Infinity) < refusalsToldEveryMs) return;
    toldAt.set(detail, now());
    tell(`webhook: ${detail}`);
  }

  function refuse(status: number, code: string): Response {
    stats.refused++;
    return answer({ status: 'refused', code }, status);
  }

  function invalid(detail: string): Response {
    stats.invalid++;
    tell(`webhook: ${detail}`);
    return answer({ status: 'invalid', detail });
  }

  function again(cause: unknown): Response {
    stats.failed++;
    tell(
      'webhook: a callback threw or the client is full or closed; Heap will send it again',
      'callback',
      cause,
    );
    return answer({ status: 'failed' }, 503);
  }

  async function syncSegment(body: Uint8Array, signature: string): Promise<Response> {
    if (!secret || !onSegmentSync || !isSignedByHeap(signature, body, secret, now())) {
      tellAtTimes('a segment sync was refused: its signature is not of `secret`, or over a minute old');
      return refuse(401, 'bad_signature');
    }
    if (!signatures.use(signature, now())) return refuse(401, 'replayed');
    const sync = readSegmentSync(jsonOf(body));
    if (!sync) return invalid('action_type must be segment.users.sync');
    let outcome: unknown;
    try {
      outcome = await onSegmentSync(sync);
    } catch (cause) {
      signatures.release(signature);
      return again(cause);
    }
    if (isFields(outcome) && typeof outcome['invalid'] === 'string') return invalid(outcome['invalid']);
    stats.synced++;
    return answer({ status: 'synced' });
  }

  async function eventOf(body: Uint8Array, headers: Headers): Promise<Response> {
    const given = withoutBearer(headers.get(eventHeader) ?? '');
    if (!eventSecret || !takeEvent || !isSameSecret(given, eventSecret)) return refuse(401, 'bad_secret');
    let taken: Taken;
    try {
      taken = await takeEvent(jsonOf(body));
    } catch (cause) {
      return again(cause);
    }
    sightings?.reportIfDue();
    if (taken.status === 'invalid') return invalid(taken.detail);
    stats[taken.status]++;
    if (taken.status !== 'captured') {
      const { status: kind, ...drift } = taken;
      tellDrift({ kind, ...drift });
    }
    return answer(taken);
  }

  function tellDrift(drift: HeapWebhookDrift): void {
    const key = JSON.stringify([drift.kind, drift.source_event]);
    if (!onDrift || told.has(key) || told.size >= maxLabelsTold) return;
    told.add(key);
    try {
      onDrift(drift);
    } catch (cause) {
      tell('onDrift threw', 'callback', cause);
    }
  }

  async function handle(request: Request): Promise<Response> {
    if (request.method !== 'POST') return refuse(405, 'method_not_allowed');
    const body = await ofWebRequest(request).read(limit, timeLimit(bodyTimeoutMs));
    if (body === 'too_large') {
      tellAtTimes(`a body over ${limit} bytes was refused; \`maxBodyBytes\` bounds it`);
      return refuse(413, 'body_too_large');
    }
    if (body === 'cut') return refuse(400, 'incomplete_body');
    const signature = request.headers.get('heap-hash');
    // Where no events come, it is the signature that is missing.
    if (signature === null && !eventSecret) return refuse(401, 'bad_signature');
    return signature === null ? eventOf(body, request.headers) : syncSegment(body, signature);
  }

  return Object.assign((request: Request) => handle(request).catch(again), { stats: () => ({ ...stats }) });
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return parseObject(new TextDecoder('utf-8', { fatal: true }).decode(body), '');
  } catch {
    return undefined;
  }
}

function checkOptions(options: HeapWebhookOptions): void {
  const { secret, eventSecret, registry, client, onSegmentSync, maxBodyBytes: limit = 1 } = options;
  const fault =
    (!secret && !eventSecret && 'secret and eventSecret are missing; pass the one that is set in Heap') ||
    (secret && !onSegmentSync && 'onSegmentSync is missing; segment syncs have nowhere to go') ||
    (eventSecret && !(registry && client) && 'registry or client is missing; events have nowhere to go') ||
    (registry !== undefined && faultOfRegistry(registry)) ||
    (!(limit >= 1) && 'maxBodyBytes must be a number of 1 or more');
  if (fault) throw new TrackLayerError('invalid_options', fault);
}
