import type { WireIdentify } from '@tracklayer/core';
import { parseIdentify } from '@tracklayer/core/schema';
import { correctClock, type HttpRequest, type Reply } from '@tracklayer/node/http-kit';
import type { IdentifyOutcome, ReceivedIdentify } from '../store/people.ts';
import { ingest, type IngestContext, type IngestKind } from './ingest.ts';

const identifies: IngestKind<WireIdentify, ReceivedIdentify, IdentifyOutcome> = {
  kind: 'identify',
  parse(body, moment) {
    const parsed = parseIdentify(body, moment);
    return 'identify' in parsed ? { message: parsed.identify } : parsed;
  },
  receive(message, { sent_at, received_at }) {
    const { occurred_at, client_occurred_at } = correctClock(message.occurred_at, sent_at, received_at);
    return { identify: { ...message, occurred_at }, client_occurred_at };
  },
  write: (store, arrival) => store.identify(arrival),
  verdict: ({ event_id = null }, { status, merged }) => ({ event_id, status, merged }),
};

/** `POST /api/identify` (docs/wire.md §4). */
export const identify = (request: HttpRequest, context: IngestContext): Promise<Reply> =>
  ingest(request, context, identifies);
