import type { RequestHandler } from 'msw';
import { loadMsw } from '../load-msw/load-msw.ts';
import { TrackLayerError } from '@tracklayer/core';
import { pathOf, type RequestKind } from './decode-request.ts';
import type { Reply } from './reply.ts';
import { joinSharedServer } from './shared-server.ts';

/** What `setupServer()` of msw/node and `setupWorker()` of msw/browser have in common. */
export interface MswInstance {
  use(...handlers: RequestHandler[]): void;
  resetHandlers(...handlers: RequestHandler[]): unknown;
}

/** Answers one request. */
export type Respond = (kind: RequestKind, request: Request) => Promise<Reply>;

/** Takes requests inside this process or page; `close` gives the network back. */
export async function listenOnMsw(
  respond: Respond,
  endpoint: string,
  given: MswInstance | undefined,
): Promise<{ close(): void }> {
  const { http, HttpResponse } = await loadMsw();
  const handlers = (Object.keys(pathOf) as RequestKind[]).map((kind) =>
    http.post(`${endpoint}${pathOf[kind]}`, async ({ request }) =>
      toResponse(await respond(kind, request), () => HttpResponse.error()),
    ),
  );
  if (given) {
    given.use(...handlers);
    return {
      close() {
        given.resetHandlers();
      },
    };
  }
  if (typeof process !== 'object' || !process.versions?.node) {
    throw new TrackLayerError(
      'invalid_options',
      "a page needs its own service worker; pass msw: worker, where worker is a started setupWorker() of 'msw/browser'",
    );
  }
  return joinSharedServer(handlers);
}

function toResponse(reply: Reply, cut: () => Response): Response | Promise<never> {
  if (reply.do === 'cut') return cut();
  if (reply.do === 'hang') return new Promise<never>(() => {});
  const { status, headers, body } = reply;
  return new Response(reply.do === 'truncated' ? brokenOff(body) : body, { status, headers });
}

/** Half of a body, then an error where the rest should be. */
function brokenOff(body: string): ReadableStream<Uint8Array> {
  let isSent = false;
  return new ReadableStream({
    pull(controller) {
      if (isSent) return controller.error(new TypeError('the answer broke off'));
      isSent = true;
      controller.enqueue(new TextEncoder().encode(body.slice(0, body.length / 2)));
    },
  });
}
