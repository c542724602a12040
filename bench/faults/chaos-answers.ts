import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Ledger, Sent } from './ledger.ts';

/** What a server, or what stands before it, does to a request. */
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

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  messages: readonly Sent[];
  isBatch: boolean;
  bytes: number;
}

/** Does to one request what `fault` says. */
export function answer(fault: Fault, ledger: Ledger, exchange: Exchange): void {
  const { request, response, messages, bytes } = exchange;
  const status = (code: number, headers: Record<string, string> = {}, body = ''): void =>
    void response.writeHead(code, headers).end(body);
  const take = (): string => verdicts(ledger, exchange, messages);
  const isPoisoned = messages.some(({ user_id }) => user_id === 'poison');
  switch (fault) {
    case 'reset':
      return void request.socket.resetAndDestroy();
    case 'cut':
      // Taken, and the answer never arrives.
      take();
      return void request.socket.resetAndDestroy();
    case 'truncated': {
      const body = take();
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(body.length) });
      response.write(body.slice(0, body.length / 2));
      return void setTimeout(() => request.socket.destroy(), 20);
    }
    case 'slow': {
      const body = take();
      response.writeHead(200, { 'content-type': 'application/json' });
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
      return bytes > largestBody ? status(413) : json(response, take());
    case 'partial':
      return json(response, verdicts(ledger, exchange, messages, true));
    case 'poison':
      return isPoisoned ? status(400) : json(response, take());
    case 'poison problem':
      return isPoisoned
        ? status(
            400,
            { 'content-type': 'application/problem+json' },
            JSON.stringify({ status: 400, code: 'invalid_event', errors: [] }),
          )
        : json(response, take());
    case 'html':
      return status(200, { 'content-type': 'text/html' }, '<html><h1>Welcome to the hotel</h1></html>');
    case 'redirect':
      return status(302, { location: '/login' });
    case '307':
      return status(307, { location: '/elsewhere' });
    case 'keep-alive reset':
      // As a load balancer does whose idle time is shorter than the client's.
      json(response, take());
      return void setTimeout(() => request.socket.resetAndDestroy(), 5);
    case 'slow drain':
      return void setTimeout(() => json(response, take()), slowAnswerMs);
    case 'text':
      return status(200, { 'content-type': 'text/plain' }, 'ok');
    case 'other json':
      return json(response, '{"ok":true}');
    // What it strips is refused before it gets here.
    case 'stripped gzip':
    case 'none':
      return json(response, take());
    default:
      return status(Number(fault));
  }
}

function json(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(body);
}

/** Takes the messages. `isPartial`: some are put off, some are not mentioned. */
function verdicts(
  ledger: Ledger,
  { isBatch }: Exchange,
  messages: readonly Sent[],
  isPartial = false,
): string {
  const results = messages.flatMap((message, index) => {
    const { event_id } = message;
    if (isPartial && index % 3 === 1) return [{ event_id, status: 'retry' }];
    if (isPartial && index % 3 === 2) return [];
    return [{ event_id, status: ledger.count(message) ? 'accepted' : 'duplicate' }];
  });
  return JSON.stringify(isBatch ? { results } : (results[0] ?? {}));
}
