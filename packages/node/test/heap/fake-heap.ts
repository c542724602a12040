import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import { onTestFinished, vi } from 'vitest';

// The client loads it at its first request: an import takes as long as it takes, which no clock of a test shows.
await import('ky');

type Body = Record<string, unknown> & { events?: Record<string, unknown>[] };

/** One request as Heap got it. */
export interface HeapArrival {
  method: string;
  url: string;
  authorization: string | null;
  body: Body | undefined;
  /** The monotonic clock when it was sent. */
  at: number;
}

/** What Heap says to a request; `undefined`: what it does when all is well. */
export type HeapSays = (arrival: HeapArrival, nth: number) => Response | undefined;

const sentAt = 'test-sent-at';

/** Heap's seven endpoints in both regions, which keep what came. Event ids that came before change nothing. */
export function fakeHeap(says: HeapSays = () => undefined) {
  const arrivals: HeapArrival[] = [];
  const events = new Map<unknown, Record<string, unknown>>();

  async function answer(request: Request, usual: () => object): Promise<Response> {
    const text = await request.text();
    const arrival: HeapArrival = {
      method: request.method,
      url: request.url,
      authorization: request.headers.get('authorization'),
      body: text ? (JSON.parse(text) as Body) : undefined,
      at: Number(request.headers.get(sentAt)),
    };
    arrivals.push(arrival);
    const said = says(arrival, arrivals.length);
    if (said) return said;
    if (request.url.endsWith('/api/track') && arrival.body) {
      for (const event of arrival.body.events ?? [arrival.body]) {
        if (!events.has(event['idempotency_key'])) events.set(event['idempotency_key'], event);
      }
    }
    return HttpResponse.json(usual());
  }

  const taken = (): object => ({});
  const server = setupServer(
    ...['https://heapanalytics.com', 'https://c.eu.heap-api.com'].flatMap((host) => [
      http.post(`${host}/api/track`, ({ request }) => answer(request, taken)),
      http.post(`${host}/api/v1/identify`, ({ request }) => answer(request, taken)),
      http.post(`${host}/api/add_user_properties`, ({ request }) => answer(request, taken)),
      http.post(`${host}/api/add_account_properties`, ({ request }) => answer(request, taken)),
      http.post(`${host}/api/public/v0/auth_token`, ({ request }) =>
        answer(request, () => ({ access_token: 'tok_1' })),
      ),
      http.post(`${host}/api/public/v0/user_deletion`, ({ request }) =>
        answer(request, () => ({ deletion_request_id: 'del_1' })),
      ),
      http.get(`${host}/api/public/v0/deletion_status/:id`, ({ request }) =>
        answer(request, () => ({ status: 'complete' })),
      ),
    ]),
  );
  server.listen();
  const { fetch } = globalThis;
  let inFlight = 0;
  globalThis.fetch = async (...given) => {
    const request = new Request(...given);
    request.headers.set(sentAt, String(performance.now()));
    inFlight += 1;
    try {
      return await fetch(request);
    } finally {
      inFlight -= 1;
    }
  };
  onTestFinished(() => {
    globalThis.fetch = fetch;
    server.close();
  });

  /** Resolves when all that can be sent is answered, and its answers are taken. No clock moves meanwhile. */
  async function settled(): Promise<void> {
    for (let quiet = 0; quiet < turnsOfAnAnswer; quiet += 1) {
      await new Promise((resolve) => void setImmediate(resolve));
      if (inFlight > 0) quiet = 0;
    }
  }

  /** Moves faked clocks on, never while a request is in flight: no answer comes late on a slow machine. */
  async function advance(ms: number): Promise<void> {
    const until = performance.now() + ms;
    await settled();
    while (performance.now() < until) {
      await vi.advanceTimersByTimeAsync(Math.min(1_000, until - performance.now()));
      await settled();
    }
  }

  return { arrivals, events, settled, advance };
}

// Turns of the event loop from an answer's head to what the client does because of it, with much to spare.
const turnsOfAnAnswer = 25;
