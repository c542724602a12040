import type { Feed, FeedItem } from './feed.ts';

interface FeedContext {
  feed: Feed;
  environment: string;
}

/** Items are sent together, so that a watcher of 1,000 events a second gets a few messages and not a thousand. */
const betweenMessagesMs = 200;
/** More than that in one message nobody reads; the rest is counted. */
const maxItems = 200;
/** Proxies cut off what is silent. */
const betweenSignsMs = 15_000;

/**
 * `GET /api/stream`: what this relay answers, as server-sent events (docs/wire.md W-41). `Last-Event-ID`, or `after`,
 * resumes.
 */
export function streamFeed(
  request: Request,
  { feed, environment }: FeedContext,
  query: URLSearchParams,
): Response {
  const given = request.headers.get('last-event-id') ?? query.get('after') ?? '';
  const after = /^\d{1,15}$/.test(given) ? Number(given) : undefined;
  let end = (): void => {};
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const encoder = new TextEncoder();
      const send = (text: string): void => controller.enqueue(encoder.encode(text));
      let waiting: FeedItem[] = [];
      let left = 0;
      const watching = feed.watch(environment, after, (item) => {
        if (waiting.length < maxItems) waiting.push(item);
        else left++;
      });
      send(`retry: 1000\nevent: open\ndata: ${JSON.stringify({ is_cut: watching.isCut })}\n\n`);
      const flush = (): void => {
        // A watcher that does not read must not fill our memory: it misses items, and learns how many.
        if (waiting.length === 0 || (controller.desiredSize ?? 0) <= -maxItems) return;
        const data = JSON.stringify({ items: waiting, left_out: left });
        send(`id: ${waiting.at(-1)?.seq ?? ''}\nevent: answered\ndata: ${data}\n\n`);
        waiting = [];
        left = 0;
      };
      const flushing = setInterval(flush, betweenMessagesMs);
      const signs = setInterval(() => send(': here\n\n'), betweenSignsMs);
      end = () => {
        watching.stop();
        clearInterval(flushing);
        clearInterval(signs);
      };
      feed.onClose(() => {
        end();
        try {
          controller.close();
        } catch {
          // The watcher was gone already.
        }
      });
    },
    cancel: () => end(),
  });
  return new Response(body, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
  });
}
