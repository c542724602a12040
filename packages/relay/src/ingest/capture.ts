import type { WireEvent } from '@tracklayer/core';
import { parseEvent } from '@tracklayer/core/schema';
import type { CaptureOutcome, ReceivedEvent } from '../store/store.ts';
import { correctClock } from './correct-clock.ts';
import { ingest, type IngestContext, type IngestKind } from './ingest.ts';

const captures: IngestKind<WireEvent, ReceivedEvent, CaptureOutcome> = {
  kind: 'capture',
  parse(body) {
    const parsed = parseEvent(body);
    return 'event' in parsed ? { message: parsed.event } : parsed;
  },
  receive(message, sent_at, received_at) {
    const { occurred_at, client_occurred_at } = correctClock(message.occurred_at, sent_at, received_at);
    return { event: { ...message, occurred_at }, client_occurred_at };
  },
  write: (store, delivery) => store.capture(delivery),
  verdict: ({ event_id }, { status, conflicts }) => ({
    event_id,
    status,
    ...(conflicts.length > 0 && { conflict: true }),
  }),
};

/** `POST /api/capture` (docs/wire.md §3). */
export const capture = (request: Request, context: IngestContext): Promise<Response> =>
  ingest(request, context, captures);
