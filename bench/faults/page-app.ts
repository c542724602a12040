// The page under test: it captures when it is asked to, and says on its console what it was told.
import { createBrowserClient } from '../../packages/browser/src/index.ts';

const markOf = new Map<string | null, string>();
const client = createBrowserClient({
  endpoint: '/tl',
  onDrop: ({ event_id, reason }) => console.log(`told ${markOf.get(event_id) ?? event_id} ${reason}`),
  onError: ({ code }) => console.log(`error ${code}`),
});

/** One capture a mark. Every second one has a business id, the others an id of chance. */
function captureMarks(marks: readonly string[]): void {
  for (const mark of marks) {
    const receipt =
      Number(mark.at(-1)) % 2
        ? client.capture({
            event: 'purchase',
            properties: { order_id: mark, value: 129.95, currency: 'EUR', coupon: mark },
          })
        : client.capture({ event: 'search', properties: { search_term: 'lamp', coupon: mark } });
    markOf.set(receipt.event_id, mark);
  }
}

export type CaptureMarks = typeof captureMarks;

Object.assign(window, { captureMarks });
