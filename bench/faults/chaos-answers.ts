import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Sent } from './ledger.ts';

/** What stands between a client and the relay, or the relay's own trouble, does to a request. */
export type Fault =
  | 'none'
  | 'reset'
  | 'cut'
  | 'truncated'
  | 'slow'
  | '500'
  | '503'
  | '408'
  | '400'
  | '429 seconds'
  | '429 date'
  | '413'
  | '401'
  | 'partial'
  | 'poison'
  | 'poison problem'
  | 'html'
  | 'redirect'
  | '307'
  | 'stripped gzip'
  | 'keep-alive reset'
  | 'slow drain'
  | 'text'
  | 'other json';

/** How long both kinds of `Retry-After` ask to wait. */
export const retryAfterMs = 3_000;
/** What a `413` still takes. */
const largestBody = 4_000;
/** How long a server that drains slowly takes for each request. */
const slowAnswerMs = 400;
/** How far the server's clock is ahead where it answers with a date. */
const clockAheadMs = 3_600_000;

export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  messages: readonly Sent[];
  isBatch: boolean;
  /** Of the body, decompressed. */
  bytes: number;
  /** The relay takes these messages. */
  take(messages: readonly Sent[]): Promise<RelayAnswer>;
  /** The relay gets the body as it came, without the header that says how it is compressed. */
  takeStripped(): Promise<RelayAnswer>;
}

/** What the relay says. */
export interface RelayAnswer {
  status: number;
  type: string;
  body: string;
}

/** Does to one request what `fault` says. */
export async function answer(fault: Fault, exchange: Exchange): Promise<void> {
  const { request, response, messages, bytes } = exchange;
  const status = (code: number, headers: Record<string, string> = {}, body = ''): void =>
    void response.writeHead(code, headers).end(body);
  const take = (): Promise<RelayAnswer> => exchange.take(messages);
  const isPoisoned = messages.some(({ user_id }) => user_id === 'poison');
  switch (fault) {
    case 'reset':
      return void request.socket.resetAndDestroy();
    case 'cut':
      // Taken, and the answer never arrives.
      await take();
      return void request.socket.resetAndDestroy();
    case 'truncated': {
      const { type, body } = await take();
      response.writeHead(200, { 'content-type': type, 'content-length': String(body.length) });
      response.write(body.slice(0, body.length / 2));
      return void setTimeout(() => request.socket.destroy(), 20);
    }
    case 'slow': {
      const { type, body } = await take();
      response.writeHead(200, { 'content-type': type });
      let at = 0;
      const drip = setInterval(() => {
        response.write(body[at++ % body.length]);
      }, 500);
      return void response.on('close', () => clearInterval(drip));
    }
    case '429 seconds':
      return status(429, { 'retry-after': String(retryAfterMs / 1_000) });
    case '429 date': {
      const now = Date.now() + clockAheadMs;
      response.sendDate = false;
      return status(429, {
        date: new Date(now).toUTCString(),
        'retry-after': new Date(now + retryAfterMs).toUTCString(),
      });
    }
    case '413':
      return bytes > largestBody ? status(413) : pass(response, await take());
    case 'partial':
      return pass(response, await takeThird(exchange));
    case 'poison':
      return isPoisoned ? status(400) : pass(response, await take());
    case 'poison problem':
      return isPoisoned
        ? status(
            400,
            { 'content-type': 'application/problem+json' },
            JSON.stringify({ status: 400, code: 'invalid_event', errors: [] }),
          )
        : pass(response, await take());
    case 'html':
      return status(200, { 'content-type': 'text/html' }, '<html><h1>Welcome to the hotel</h1></html>');
    case 'redirect':
      return status(302, { location: '/login' });
    case '307':
      return status(307, { location: '/elsewhere' });
    case 'stripped gzip':
      return pass(response, await exchange.takeStripped());
    case 'keep-alive reset':
      // As a load balancer does whose idle time is shorter than the client's.
      pass(response, await take());
      return void setTimeout(() => request.socket.resetAndDestroy(), 5);
    case 'slow drain':
      await wait(slowAnswerMs);
      return pass(response, await take());
    case 'text':
      return status(200, { 'content-type': 'text/plain' }, 'ok');
    case 'other json':
      return status(200, { 'content-type': 'application/json' }, '{"ok":true}');
    case 'none':
      return pass(response, await take());
    default:
      return status(Number(fault));
  }
}

function pass(response: ServerResponse, { status, type, body }: RelayAnswer): void {
  response.writeHead(status, { 'content-type': type }).end(body);
}

/** The relay takes every third message; of the others some are put off, and some are not mentioned. */
async function takeThird({ messages, isBatch, take }: Exchange): Promise<RelayAnswer> {
  const taken = await take(messages.filter((_, index) => index % 3 === 0));
  if (!isBatch) return taken;
  const { results } = JSON.parse(taken.body) as { results: { event_id: string }[] };
  const later = messages.filter((_, index) => index % 3 === 1);
  const all = [...results, ...later.map(({ event_id }) => ({ event_id, status: 'retry' }))];
  return { ...taken, body: JSON.stringify({ results: all }) };
}
