import { TrackLayerError } from '@tracklayer/core';
import { defaultPlatform } from '@tracklayer/core/adapter';
import { deliverToHeap, type HeapResult } from './heap-delivery.ts';
import { createHeapDeletion, type HeapDeletion } from './heap-deletion.ts';
import { createHeapHttp, isRegion, type HeapRegion } from './heap-http.ts';
import {
  accountBody,
  eventBody,
  identifyBody,
  userBody,
  type HeapAccount,
  type HeapBody,
  type HeapEvent,
  type HeapIdentify,
  type HeapPerson,
  type HeapUser,
} from './heap-message.ts';
import { createPace } from './pace.ts';
import { needsOf, type HeapEndpoint } from './heap-limits.ts';

/** Options of {@link createHeapClient}. */
export interface HeapClientOptions {
  /** Id of the environment, as in Heap's snippet. */
  appId: string;
  /** Heap's data centre: `us` or `eu`. */
  region: HeapRegion;
  /** For `deleteUsers` alone: key of the account, made under Privacy & Security. Never in a page. */
  apiKey?: string | undefined;
  /** The most repetitions of a request after transient faults. Default `5`. */
  retries?: number | undefined;
  /** One attempt, in milliseconds. Default `10_000`. */
  requestTimeoutMs?: number | undefined;
  /** In place of the platform's, for tests and proxies. */
  fetch?: typeof globalThis.fetch | undefined;
  /** Messages that did not reach Heap: once for those that failed together. */
  onError?: ((error: TrackLayerError) => void) | undefined;
}

/**
 * Heap's server-side API. Messages are checked first, sent in order, at most 1,000 in a request, and no faster than
 * Heap takes them; one that Heap refuses harms none beside it. None of these rejects, but for deletions.
 */
export interface HeapClient {
  track(event: HeapEvent): Promise<HeapResult>;
  trackMany(events: readonly HeapEvent[]): Promise<HeapResult>;
  /** Ties a visitor's Heap id to your id of the person. Heap keeps the first identity of a visitor. */
  identify(input: HeapIdentify): Promise<HeapResult>;
  addUserProperties(user: HeapUser): Promise<HeapResult>;
  addUserPropertiesMany(users: readonly HeapUser[]): Promise<HeapResult>;
  addAccountProperties(account: HeapAccount): Promise<HeapResult>;
  addAccountPropertiesMany(accounts: readonly HeapAccount[]): Promise<HeapResult>;
  /**
   * Has users deleted, in every environment of the account: one request for each 10,000.
   * @throws TrackLayerError `heap` when a request was not taken; those before it were.
   */
  deleteUsers(users: readonly HeapPerson[]): Promise<readonly HeapDeletion[]>;
  /** @throws TrackLayerError `heap` when it cannot be asked. */
  deletionStatus(deletion_request_id: string): Promise<HeapDeletion>;
}

/**
 * Makes a client of Heap's server-side API.
 *
 * @throws TrackLayerError `invalid_options` when an option can't be used.
 * @example
 * const heap = createHeapClient({ appId: '11', region: 'eu' });
 * await heap.track({ event: 'Refund Issued', event_id: 'ref_7_refund', identity: 'cust_2048' });
 */
export function createHeapClient(options: HeapClientOptions): HeapClient {
  checkOptions(options);
  const { appId: app_id, onError, retries = 5, requestTimeoutMs = 10_000 } = options;
  const http = createHeapHttp({ ...options, retries, requestTimeoutMs });
  const pace = createPace(defaultPlatform().clock);
  const deletion = createHeapDeletion(http, app_id, options.apiKey);
  const newId = (): string => crypto.randomUUID();

  function tell(error: TrackLayerError): void {
    try {
      onError?.(error);
    } catch {
      // Nobody is left to tell.
    }
  }

  async function send(endpoint: HeapEndpoint, bodies: readonly Record<string, unknown>[]): Promise<void> {
    const { path, list } = endpoint;
    const needs = needsOf(endpoint, bodies);
    const [only] = bodies;
    await pace(needs);
    await http({
      path,
      body: { app_id, ...(list && bodies.length > 1 ? { [list]: bodies } : only) },
      again: () => pace(needs),
    });
  }

  const deliver = (endpoint: HeapEndpoint, made: Iterable<HeapBody>): Promise<HeapResult> =>
    deliverToHeap(endpoint.path, made, (bodies) => send(endpoint, bodies), tell);

  const trackMany: HeapClient['trackMany'] = (events) =>
    deliver(
      endpoints.track,
      read(events, (event) => eventBody(event, newId)),
    );
  const addUserPropertiesMany: HeapClient['addUserPropertiesMany'] = (users) =>
    deliver(endpoints.users, read(users, userBody));
  const addAccountPropertiesMany: HeapClient['addAccountPropertiesMany'] = (accounts) =>
    deliver(endpoints.accounts, read(accounts, accountBody));

  return {
    track: (event) => trackMany([event]),
    trackMany,
    identify: (input) => deliver(endpoints.identify, read([input], identifyBody)),
    addUserProperties: (user) => addUserPropertiesMany([user]),
    addUserPropertiesMany,
    addAccountProperties: (account) => addAccountPropertiesMany([account]),
    addAccountPropertiesMany,
    ...deletion,
  };
}

const endpoints = {
  track: { path: '/api/track', list: 'events', isEvents: true },
  identify: { path: '/api/v1/identify' },
  users: { path: '/api/add_user_properties', list: 'users' },
  accounts: { path: '/api/add_account_properties', list: 'accounts' },
} as const satisfies Record<string, HeapEndpoint>;

/** What an app passes may be anything: a getter that throws, no list. */
function read<Message>(messages: readonly Message[], bodyOf: (message: Message) => HeapBody): HeapBody[] {
  if (!Array.isArray(messages)) return [{ problem: 'no list was passed' }];
  return messages.map((message: Message) => {
    try {
      return bodyOf(message);
    } catch {
      return { problem: 'it could not be read' };
    }
  });
}

function checkOptions({ appId, region, retries = 0, requestTimeoutMs = 1 }: HeapClientOptions): void {
  const fault =
    ((typeof appId !== 'string' || !/^\d+$/.test(appId)) &&
      'appId is not the number of a Heap environment, as text') ||
    (!isRegion(region) && 'region is neither us nor eu') ||
    (!(retries >= 0) && 'retries must be a number of 0 or more') ||
    (!(requestTimeoutMs >= 1) && 'requestTimeoutMs must be a number of 1 or more');
  if (fault) throw new TrackLayerError('invalid_options', fault);
}
