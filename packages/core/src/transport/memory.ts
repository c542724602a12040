import type { WireEvent, WireIdentify } from '../event/event.ts';
import type { Transport, WireAnswer, WireRequest } from './transport.ts';

/** A transport that keeps what it is given, for tests and for trying things out. */
export interface MemoryTransport extends Transport {
  /** Messages that were accepted, in order; a repeated event_id stands here once. */
  readonly delivered: readonly (WireEvent | WireIdentify)[];
  /** Every attempt, refused ones too. */
  readonly requests: readonly WireRequest[];
}

/**
 * Makes a {@link MemoryTransport}. It accepts everything, once per event_id, like a relay.
 *
 * @param answer - answers instead, for the attempts where it returns something; throw to be unreachable.
 */
export function createMemoryTransport(
  answer?: (
    request: WireRequest,
  ) => Partial<WireAnswer> | undefined | Promise<Partial<WireAnswer> | undefined>,
): MemoryTransport {
  const delivered: (WireEvent | WireIdentify)[] = [];
  const requests: WireRequest[] = [];
  const seen = new Set<string>();
  return {
    delivered,
    requests,
    async send(request) {
      requests.push(request);
      const scripted = await answer?.(request);
      if (scripted) return { status: 200, body: '', ...scripted };
      const body = JSON.parse(request.body) as { batch?: WireEvent[] } & WireEvent;
      const results = (body.batch ?? [body]).map((message) => {
        const status = seen.has(message.event_id) ? 'duplicate' : 'accepted';
        if (status === 'accepted') {
          seen.add(message.event_id);
          delivered.push(message);
        }
        return { event_id: message.event_id, status };
      });
      return {
        status: 200,
        body: JSON.stringify(body.batch ? { results } : results[0]),
        content_type: 'application/json',
      };
    },
  };
}
