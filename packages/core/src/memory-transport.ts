import type { Contract } from './contract/contract.ts';
import { keyProperties } from './contract/key-properties.ts';
import { createCounted } from './event/counted.ts';
import type { WireEvent, WireIdentify } from './event/event.ts';
import type { Transport, WireAnswer, WireRequest } from './transport/transport.ts';

/** A transport that keeps what it is given, for tests and for trying things out. */
export interface MemoryTransport extends Transport {
  /**
   * Messages that were accepted, in order. A repeated `event_id` stands here once, with what later copies filled in
   * (docs/wire.md W-4).
   */
  readonly delivered: readonly (WireEvent | WireIdentify)[];
  /** Every attempt, refused ones too. */
  readonly requests: readonly WireRequest[];
}

/**
 * Makes a {@link MemoryTransport}. It accepts every message, and counts and answers as a relay does.
 *
 * @param answer - answers instead, for the attempts where it returns something; throw to be unreachable.
 * @param options - `events`: your own, by `defineEvents`, whose keys tell a conflict. Default: the built-in ones.
 */
export function createMemoryTransport(
  answer?: (
    request: WireRequest,
  ) => Partial<WireAnswer> | undefined | Promise<Partial<WireAnswer> | undefined>,
  { events }: { events?: Contract | undefined } = {},
): MemoryTransport {
  const requests: WireRequest[] = [];
  const counted = createCounted((event) => keyProperties(event, { events }));
  return {
    delivered: counted.messages,
    requests,
    async send(request) {
      requests.push(request);
      const scripted = await answer?.(request);
      if (scripted) return { status: 200, body: '', ...scripted };
      const { batch, ...alone } = JSON.parse(request.body) as { batch?: WireEvent[] } & WireEvent;
      const results = (batch ?? [alone]).map((message) => counted.take(request.kind, message));
      return {
        status: 200,
        body: JSON.stringify(batch ? { results } : results[0]),
        content_type: 'application/json',
      };
    },
  };
}
