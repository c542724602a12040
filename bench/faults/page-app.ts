// The page under test: it captures when it is asked to, and says on its console what it was told.
import { createBrowserClient } from '../../packages/browser/src/index.ts';

/** `small`: an order or a search. `heavy`: a lead of 3 kB. `wide`: an order of 12 properties. `known`: of a person named just before. */
export type Load = 'small' | 'heavy' | 'wide' | 'known';

const markOf = new Map<string | null, string>();
const client = createBrowserClient({
  endpoint: '/tl',
  onDrop: ({ event_id, reason }) => console.log(`told ${markOf.get(event_id) ?? event_id} ${reason}`),
  onError: ({ code }) => console.log(`error ${code}`),
});

function capture(mark: string, load: Load): { event_id: string | null } {
  const order = { order_id: mark, value: 129.95, currency: 'EUR', coupon: mark };
  if (load === 'heavy') {
    return client.capture({
      event: 'generate_lead',
      properties: { lead_id: mark, coupon: mark, note: 'Call me back. '.repeat(215) },
    });
  }
  if (load === 'known') {
    client.identify({ user_id: `cust_${mark}` });
    return client.capture({ event: 'purchase', properties: order });
  }
  if (load === 'wide') {
    const more = { tax: 20.75, shipping: 4.9, affiliation: 'Berlin', payment_type: 'card', steps: 4 };
    return client.capture({
      event: 'purchase',
      properties: { ...order, ...more, is_gift: false, campaign: 'spring', basket: 'b_20488' },
    });
  }
  // Every second one has a business id, the others an id of chance.
  return Number(mark.at(-1)) % 2
    ? client.capture({ event: 'purchase', properties: order })
    : client.capture({ event: 'search', properties: { search_term: 'lamp', coupon: mark } });
}

/** One capture a mark. */
function captureMarks(marks: readonly string[], load: Load = 'small'): void {
  for (const mark of marks) markOf.set(capture(mark, load).event_id, mark);
}

export type CapturingPage = Window & { captureMarks: typeof captureMarks };

Object.assign(window, { captureMarks });
