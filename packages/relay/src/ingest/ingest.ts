import type { MessageKind, Problem } from '@tracklayer/core';
import {
  answerVerdicts,
  isFields,
  readBody,
  readMessages,
  type AnsweredVerdict,
  type HttpRequest,
  type Reply,
} from '@tracklayer/node/http-kit';
import type { Answered } from '../answered.ts';
import type { Grant } from '../keys.ts';
import { storeUnavailable } from '../problem.ts';
import type { Arrival, MirrorPlan, RejectedEvent } from '../store/arrival.ts';
import type { Store } from '../store/store.ts';

/** What a request meets on its way. */
export interface IngestContext {
  store: Store;
  grant: Grant;
  /** Where platforms hold lists of people. */
  mirrors: MirrorPlan | undefined;
  /** Hears of each message that was answered. */
  onAnswered: (answered: Answered) => void;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** When a request was received, and when it says that it was sent. */
interface Moment {
  now: number;
  sent_at: string | undefined;
}

/** What a message shares with the others of its request. */
interface RequestFacts {
  environment: string;
  /** The client's clock (docs/wire.md W-13). */
  sent_at: string | undefined;
  /** Milliseconds since 1970. */
  received_at: number;
}

/** How one kind of message is read, written and answered. */
export interface IngestKind<Message, Received, Outcome> {
  kind: MessageKind;
  /** What a body says, or what is wrong with it at the time when it is received. */
  parse: (body: unknown, moment: Moment) => { message: Message } | { errors: readonly Problem[] };
  receive: (message: Message, request: RequestFacts) => Received;
  write: (store: Store, arrival: Arrival<Received>) => Promise<readonly Outcome[]>;
  verdict: (message: Message, outcome: Outcome) => AnsweredVerdict;
}

/** A message that breaks the contract. `event_id` and `event` are there only when they can be shown (W-3, W-10). */
interface RefusedMessage {
  event_id: string | null;
  event: string | undefined;
  errors: readonly Problem[];
}

type Item<Message> = { message: Message; refused?: undefined } | { refused: RefusedMessage };

/**
 * Takes one request and answers it: read, corrected, committed, and only then told (docs/wire.md W-11, W-12, W-36).
 *
 * @throws a refusal when the request cannot be read (400, 408, 413, 415) or not be stored (503).
 */
export async function ingest<Message, Received, Outcome>(
  request: HttpRequest,
  { store, grant, mirrors, onAnswered, now }: IngestContext,
  { kind, parse, receive, write, verdict }: IngestKind<Message, Received, Outcome>,
): Promise<Reply> {
  const received_at = now();
  const { environment } = grant;
  const { messages: said, isBatch, sent_at, dropped } = readMessages(await readBody(request));
  const moment = { now: received_at, sent_at };
  const items = said.map(({ body, faults }): Item<Message> => {
    const parsed = faults.length > 0 ? { errors: faults } : parse(body, moment);
    return 'errors' in parsed ? { refused: refuse(body, parsed.errors) } : parsed;
  });
  const messages = items.flatMap((item) => ('message' in item ? [item.message] : []));
  const outcomes = await write(store, {
    environment,
    received_at,
    messages: messages.map((message) => receive(message, { environment, sent_at, received_at })),
    rejected: kind === 'capture' ? rejectedIn(items) : undefined,
    dropped,
    mirrors,
    idempotency_key: request.header('idempotency-key')?.slice(0, 255),
  }).catch((cause: unknown) => {
    throw storeUnavailable(cause);
  });
  let place = 0;
  const verdicts = items.map((item): AnsweredVerdict => {
    const given =
      'message' in item ? verdict(item.message, outcomes[place++] as Outcome) : rejected(item.refused);
    onAnswered({ environment, kind, received_at, ...answeredOf(given, item) });
    return given;
  });
  return answerVerdicts(verdicts, isBatch);
}

function refuse(body: unknown, errors: readonly Problem[]): RefusedMessage {
  const said = isFields(body) ? body : {};
  return {
    event_id: ownMatch(said, 'event_id', /^[\w.:-]{1,128}$/) ?? null,
    event: ownMatch(said, 'event', /^[a-z][a-z0-9_]{0,63}$/),
    errors,
  };
}

function ownMatch(object: object, key: string, shape: RegExp): string | undefined {
  const value: unknown = Object.hasOwn(object, key) ? Reflect.get(object, key) : undefined;
  return typeof value === 'string' && shape.test(value) ? value : undefined;
}

/** The verdict on a message that breaks the contract (docs/wire.md W-12). */
const rejected = ({ event_id, errors }: RefusedMessage): AnsweredVerdict => ({
  event_id,
  status: 'rejected',
  code: 'invalid_event',
  errors,
});

function answeredOf(
  { event_id, status, conflict = false, errors = [] }: AnsweredVerdict,
  { refused, ...item }: Item<unknown>,
): Pick<Answered, 'event_id' | 'event' | 'source' | 'status' | 'conflict' | 'errors'> {
  const said = refused ?? ('message' in item ? item.message : {});
  const { event, source } = said as { event?: string; source?: string };
  return { event_id, event, source, status, conflict, errors };
}

const rejectedIn = (items: readonly Item<unknown>[]): RejectedEvent[] =>
  items.flatMap(({ refused }) =>
    refused?.event_id != null ? [{ ...refused, event_id: refused.event_id }] : [],
  );
