import {
  createMemoryTransport,
  type Client,
  type Conflict,
  type Drop,
  type MemoryTransport,
  type Stats,
  type WireAnswer,
  type WireRequest,
} from '@tracklayer/core';
import {
  createAdapterClient,
  createLedger,
  type AdapterClient,
  type AdapterOptions,
} from '@tracklayer/core/adapter';
import { createFakePlatform, type FakePlatform } from './fake-platform.ts';

export type Answers = (
  request: WireRequest,
) => Partial<WireAnswer> | undefined | Promise<Partial<WireAnswer> | undefined>;

/** A client on a fake clock whose transport answers as told, and everything it told. */
export function clientWith(
  answers?: Answers,
  options: Partial<AdapterOptions> = {},
): {
  client: Client & Omit<AdapterClient, 'client'>;
  transport: MemoryTransport;
  platform: FakePlatform;
  drops: Drop[];
  conflicts: Conflict[];
  errors: string[];
} {
  const platform = createFakePlatform();
  const transport = createMemoryTransport(answers);
  const drops: Drop[] = [];
  const conflicts: Conflict[] = [];
  const errors: string[] = [];
  const { client, ...adapter } = createAdapterClient({
    ledger: createLedger(1_000),
    transport,
    platform,
    onDrop: (drop) => drops.push(drop),
    onConflict: (conflict) => conflicts.push(conflict),
    onError: ({ code }) => errors.push(code),
    ...options,
  });
  return { client: { ...client, ...adapter }, transport, platform, drops, conflicts, errors };
}

interface Body {
  event_id: string;
  batch?: Body[];
}

/** The event ids of a request, in its order. */
export function idsOf(request: WireRequest): string[] {
  const body = JSON.parse(request.body) as Body;
  return (body.batch ?? [body]).map(({ event_id }) => event_id);
}

/** Answers each message of a request by its id. */
export function verdicts(request: WireRequest, verdictOf: (event_id: string) => object): Partial<WireAnswer> {
  const results = idsOf(request).map((event_id) => ({ event_id, ...verdictOf(event_id) }));
  return { status: 200, body: JSON.stringify(results.length === 1 ? results[0] : { results }) };
}

/** The law of P-1. */
export function isConserved({ captured, delivered, duplicate, dropped, pending }: Stats): boolean {
  const total = Object.values(dropped).reduce((sum, n) => sum + n, 0);
  return captured === delivered + duplicate + total + pending;
}
