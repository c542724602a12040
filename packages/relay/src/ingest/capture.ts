import type { WireEvent } from '@tracklayer/core';
import { keyProperties, type Contract } from '@tracklayer/core/adapter';
import { parseEvent } from '@tracklayer/core/schema';
import { correctClock, type HttpRequest, type Reply } from '@tracklayer/node/http-kit';
import type { Plan } from '../deliver/plan.ts';
import type { CaptureOutcome, ReceivedEvent } from '../store/events.ts';
import { ingest, type IngestContext, type IngestKind } from './ingest.ts';

type Captures = IngestKind<WireEvent, ReceivedEvent, CaptureOutcome>;

/**
 * `POST /api/capture` (docs/wire.md §3).
 *
 * @param events - the vocabulary, own events included. Default: the built-in ones.
 * @param plan - where an accepted event goes. Default: nowhere.
 */
export function createCapture(
  events: Contract | undefined,
  plan: Plan = () => [],
): (request: HttpRequest, context: IngestContext) => Promise<Reply> {
  const captures: Captures = {
    kind: 'capture',
    parse(body, moment) {
      const parsed = parseEvent(body, { events, ...moment });
      return 'event' in parsed ? { message: parsed.event } : parsed;
    },
    receive(message, { environment, sent_at, received_at }) {
      const { occurred_at, client_occurred_at } = correctClock(message.occurred_at, sent_at, received_at);
      const key_properties = keyProperties(message.event, { events });
      const event = { ...message, occurred_at };
      const deliveries = plan(environment, event, received_at);
      return { event, client_occurred_at, key_properties, ...(deliveries.length > 0 && { deliveries }) };
    },
    write: (store, arrival) => store.capture(arrival),
    verdict: ({ event_id }, { status, conflicts }) => ({
      event_id,
      status,
      ...(conflicts.length > 0 && { conflict: true }),
    }),
  };
  return (request, context) => ingest(request, context, captures);
}
