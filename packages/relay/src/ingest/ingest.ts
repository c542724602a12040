import type { MessageKind } from '@tracklayer/core';
import type { Answered } from '../answered.ts';
import type { Grant } from '../keys.ts';
import { storeUnavailable } from '../problem.ts';
import type { Arrival, RejectedEvent } from '../store/arrival.ts';
import type { Store } from '../store/store.ts';
import { readMessages, type Messages, type Parse } from './read-messages.ts';
import { answer, rejected, type AnsweredVerdict } from './verdicts.ts';

/** What a request meets on its way. */
export interface IngestContext {
  store: Store;
  grant: Grant;
  /** Hears of each message that was answered. */
  onAnswered: (arrival: Answered) => void;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** How one kind of message is read, written and answered. */
export interface IngestKind<Message, Received, Outcome> {
  kind: MessageKind;
  parse: Parse<Message>;
  receive: (message: Message, sent_at: string | undefined, received_at: number) => Received;
  write: (store: Store, arrival: Arrival<Received>) => Promise<readonly Outcome[]>;
  verdict: (message: Message, outcome: Outcome) => AnsweredVerdict;
}

/**
 * Takes one request and answers it: read, corrected, committed, and only then told (docs/wire.md W-11, W-12, W-36).
 *
 * @throws a refusal when the request cannot be read (400, 413, 415) or not be stored (503).
 */
export async function ingest<Message, Received, Outcome>(
  request: Request,
  { store, grant, onAnswered, now }: IngestContext,
  { kind, parse, receive, write, verdict }: IngestKind<Message, Received, Outcome>,
): Promise<Response> {
  const received_at = now();
  const { items, isBatch, sent_at, dropped } = await readMessages(request, parse);
  const messages = items.flatMap((item) => ('message' in item ? [item.message] : []));
  const outcomes = await write(store, {
    environment: grant.environment,
    received_at,
    messages: messages.map((message) => receive(message, sent_at, received_at)),
    rejected: kind === 'capture' ? rejectedIn(items) : undefined,
    dropped,
    idempotency_key: request.headers.get('idempotency-key')?.slice(0, 255),
  }).catch((cause: unknown) => {
    throw storeUnavailable(cause);
  });
  let place = 0;
  const verdicts = items.map((item) =>
    'message' in item ? verdict(item.message, outcomes[place++] as Outcome) : rejected(item.refused),
  );
  verdicts.forEach((given, at) =>
    onAnswered({ environment: grant.environment, kind, received_at, ...arrivalOf(given, items[at]) }),
  );
  return answer(verdicts, isBatch);
}

function arrivalOf(
  { event_id, status, conflict = false, errors = [] }: AnsweredVerdict,
  item: Messages<unknown>['items'][number] | undefined,
): Pick<Answered, 'event_id' | 'event' | 'source' | 'status' | 'conflict' | 'errors'> {
  const { event, source } = (item?.refused ?? item?.message ?? {}) as { event?: string; source?: string };
  return { event_id, event, source, status, conflict, errors };
}

function rejectedIn(items: Messages<unknown>['items']): RejectedEvent[] {
  return items.flatMap(({ refused }) =>
    refused?.event_id != null ? [{ ...refused, event_id: refused.event_id }] : [],
  );
}
