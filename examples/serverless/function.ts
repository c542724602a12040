import { createNodeClient, type NodeClient } from '@tracklayer/node';

/** What platforms such as Vercel and Netlify hand to a function. */
export interface Platform {
  /** Keeps the function awake for work that outlives its answer. */
  waitUntil(work: Promise<unknown>): void;
}

/** One client for all requests: it is made when the function starts, and thaws with it. */
export function createFunction(
  platform: Platform,
  options: { endpoint: string | undefined; key: string | undefined },
): { handle(request: Request): Promise<Response>; tracklayer: NodeClient } {
  const tracklayer = createNodeClient({ ...options, waitUntil: (work) => platform.waitUntil(work) });
  return {
    tracklayer,
    async handle(request) {
      const { lead_id, email } = (await request.json()) as { lead_id: string; email: string };
      tracklayer.identify({ anonymous_id: `lead_${lead_id}`, traits: { email } });
      tracklayer.capture({
        event: 'generate_lead',
        anonymous_id: `lead_${lead_id}`,
        properties: { lead_id },
      });
      return Response.json({ ok: true });
    },
  };
}
