import { http, HttpResponse, type HttpHandler } from 'msw';
import type { EventMap, Events, MessageKind, Verdict, WireEvent, WireIdentify } from '@tracklayer/core';
import { readText } from './test-relay/decode-request.ts';
import { createVerdicts } from './verdicts.ts';

/** One request that reached the relay, decompressed and read. */
export interface ReceivedRequest {
  kind: MessageKind;
  /** One message, or those of a batch in order. */
  messages: readonly (WireEvent & WireIdentify)[];
  /** `TrackLayer-Attempt`; 1 when absent. */
  attempt: number;
  idempotency_key: string | null;
}

export interface RelayHandlersOptions {
  /** Where the client sends, without the path. Default `*`: anywhere. */
  endpoint?: string | undefined;
  /** Events of your own, by `defineEvents`: a copy with another key is a conflict. Default: the built-in ones. */
  events?: Events<EventMap> | undefined;
  /** A fault by script: what it gives is the answer; `undefined` leaves the relay to answer. */
  answer?: ((request: ReceivedRequest) => Response | undefined | Promise<Response | undefined>) | undefined;
}

export interface RelayHandlers {
  /** For msw's `setupServer` or `setupWorker`. */
  handlers: readonly HttpHandler[];
  /** Every request that came, in order, those with a scripted answer too. */
  received: readonly ReceivedRequest[];
}

/**
 * A relay for msw that counts each `event_id` once (docs/wire.md W-4, W-11, W-12, W-16). It takes any message that
 * is JSON with an id; whether an event keeps the contract is the client's and the true relay's concern.
 *
 * @example
 * const relay = relayHandlers();
 * const server = setupServer(...relay.handlers);
 */
export function relayHandlers({ endpoint = '*', events, answer }: RelayHandlersOptions = {}): RelayHandlers {
  const received: ReceivedRequest[] = [];
  const judge = createVerdicts(events);

  const handlerOf = (kind: MessageKind): HttpHandler =>
    http.post(`${endpoint}/api/${kind}`, async ({ request }) => {
      const { headers } = request;
      const body = await readBody(request);
      const messages = body.batch ?? [body];
      const attempt = Number(headers.get('TrackLayer-Attempt') ?? 1);
      const each = { kind, messages, attempt, idempotency_key: headers.get('Idempotency-Key') };
      received.push(each);
      const scripted = await answer?.(each);
      if (scripted) return scripted;
      const verdicts: Verdict[] = messages.map((message) => judge(kind, message));
      return HttpResponse.json(body.batch ? { results: verdicts } : verdicts[0]);
    });

  return { handlers: [handlerOf('capture'), handlerOf('identify')], received };
}

type Message = WireEvent & WireIdentify;

async function readBody(request: Request): Promise<Message & { batch?: Message[] }> {
  return JSON.parse(await readText(request)) as Message & { batch?: Message[] };
}
