import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import { onTestFinished } from 'vitest';

type Body = Record<string, unknown> & { events?: Record<string, unknown>[] };

/** One request as Heap got it. */
export interface HeapArrival {
  method: string;
  url: string;
  authorization: string | null;
  body: Body | undefined;
  at: number;
}

/** What Heap says to a request; `undefined`: what it does when all is well. */
export type HeapSays = (arrival: HeapArrival, nth: number) => Response | undefined;

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
      at: performance.now(),
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
  onTestFinished(() => server.close());
  return { arrivals, events };
}
