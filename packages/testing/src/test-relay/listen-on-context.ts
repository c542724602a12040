import type { BrowserContext, Route } from '@playwright/test';
import { kindOf } from './decode-request.ts';
import type { Respond } from './listen-on-msw.ts';
import type { Reply } from './reply.ts';

/** Takes what the pages of a browser context send under `path`, before it reaches a server. */
export async function listenOnContext(
  respond: Respond,
  context: BrowserContext,
  path: string,
): Promise<{ close(): Promise<void> }> {
  const isOurs = ({ pathname }: URL): boolean => pathname.startsWith(`${path}/api/`);

  async function answer(route: Route): Promise<void> {
    const request = route.request();
    const kind = kindOf(new URL(request.url()).pathname.slice(path.length));
    if (!kind) return route.fulfill({ status: 404 });
    const body = request.postDataBuffer();
    const headers = await request.allHeaders();
    const reply = await respond(
      kind,
      new Request(request.url(), {
        method: 'POST',
        headers: Object.entries(headers).filter(([name]) => !name.startsWith(':')),
        body: body && new Uint8Array(body),
      }),
    );
    return send(route, reply);
  }

  // A page that was closed meanwhile takes no answer.
  const handler = (route: Route): Promise<void> => answer(route).catch(() => {});
  await context.route(isOurs, handler);
  return { close: () => context.unroute(isOurs, handler) };
}

function send(route: Route, reply: Reply): Promise<void> {
  if (reply.do === 'hang') return Promise.resolve();
  // A page cannot tell an answer that breaks off from a connection that does.
  if (reply.do === 'cut' || reply.do === 'truncated') return route.abort('connectionreset');
  const { status, headers, body } = reply;
  return route.fulfill({ status, headers, body });
}
