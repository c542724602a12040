import type { Store } from '@tracklayer/relay';

const dayMs = 86_400_000;
const environment = 'production';

/** Events with their labels in Heap, and how many of each come on a day, as a shop of some size has them. */
const milestones = [
  ['add_to_cart', 'Add To Cart Clicked', 46],
  ['sign_up', 'Registration Completed', 9],
  ['begin_checkout', 'Checkout Started', 21],
  ['add_payment_info', 'Payment Info Entered', 16],
  ['purchase', 'Order Completed', 14],
  ['qualify_lead', 'Demo Requested', 3],
] as const;

/** Sixty days of a shop: events with deliveries that arrived, failed and wait, a registry with drafts and drift, people. */
export async function fillShop(store: Store): Promise<void> {
  const now = Date.now();
  await store.putRegistry(environment, {
    replaces: 0,
    at: now - 40 * dayMs,
    entries: milestones.map(([canonical_event, source_event]) => ({
      source: 'heap',
      source_event,
      canonical_event,
      status: canonical_event === 'qualify_lead' ? 'draft' : 'approved',
    })),
  });
  for (let day = 20; day >= 0; day--) await fillDay(store, now - day * dayMs - 60_000, 20 - day);
  await settle(store, now);
  await store.addSightings({
    environment,
    received_at: now - 3 * dayMs,
    sightings: [{ source: 'heap', source_event: 'Order completed', count: 12 }],
  });
  await store.identify({
    environment,
    received_at: now,
    messages: ['anon_phone', 'anon_laptop'].map((anonymous_id) => ({
      identify: {
        user_id: 'cust_2048',
        anonymous_id,
        traits: { plan: 'pro', country: 'DE' },
        occurred_at: new Date(now - dayMs).toISOString(),
        source: 'server',
      },
    })),
  });
  for (const [day, size] of [3, 8, 12, 15, 14, 30].entries())
    await store.addMembers({
      environment,
      audience: 'vip',
      source: 'heap',
      sync_id: `sync_${day}`,
      mode: 'delta',
      page: 1,
      total_pages: 1,
      add: Array.from({ length: size }, (_, n) => `u:cust_${n}`),
      remove: [],
      to: ['meta'],
      traitsAt: [],
      received_at: now - (6 - day) * dayMs,
    });
  await store.addChange(environment, {
    at: now - dayMs,
    key: '9f86d081884c',
    action: 'destination.paused',
    subject: 'tiktok',
    detail: {},
  });
  await store.addChange(environment, {
    at: now - dayMs + 600_000,
    key: '9f86d081884c',
    action: 'deliveries.replayed',
    subject: 'meta',
    detail: { status: 'failed', count: 12 },
  });
}

async function fillDay(store: Store, received_at: number, day: number): Promise<void> {
  const occurred_at = new Date(received_at).toISOString();
  const countOf = (count: number): number => Math.round(count * (1 + 0.4 * Math.sin(day / 2)));
  await store.addSightings({
    environment,
    received_at,
    // Some are left out by consent, and some pages are left too early.
    sightings: milestones.map(([, source_event, count]) => ({
      source: 'heap',
      source_event,
      count: Math.ceil(countOf(count) * 0.9),
    })),
  });
  const messages = milestones.flatMap(([event, , count]) =>
    Array.from({ length: countOf(count) }, (_, n) => ({
      event: {
        event,
        event_id: `${day}${n}_${event}`,
        user_id: n === 0 ? 'cust_2048' : `cust_${day}${n}`,
        properties: { order_id: `${day}${n}`, value: 129.95, currency: 'EUR' },
        source: n % 3 === 0 || event === 'qualify_lead' ? 'server' : 'heap',
        consent: { ad_user_data: n % 7 === 0 ? ('denied' as const) : ('granted' as const) },
        occurred_at,
      },
      key_properties: ['order_id'],
      deliveries: ['meta', 'tiktok'].map((destination) => ({ destination, due_at: received_at })),
    })),
  );
  const errors = [{ path: 'properties.currency', message: 'is missing', code: 'missing' as const }];
  const rejected = [{ event_id: `${day}x_purchase`, event: 'purchase', errors }];
  await store.capture({ environment, received_at, messages, rejected });
  await store.capture({ environment, received_at, messages: messages.slice(-4) });
}

/** What came of the deliveries: most arrive, some are skipped, a few fail, the newest wait. */
async function settle(store: Store, now: number): Promise<void> {
  for (const destination of ['meta', 'tiktok']) {
    const queue = `${environment}/${destination}`;
    for (let round = 0; ; round++) {
      const lease = `lease_${round}`;
      const { rows } = await store.takeDeliveries({ queue, lease, now, limit: 500 });
      const settled = rows.map((row, place) => {
        const { event_id } = row;
        const base = { environment, event_id, destination };
        if (place % 7 === 3) return { ...base, status: 'skipped' as const, reason: 'consent_denied' };
        if (place % 31 === 5 && destination === 'tiktok')
          return { ...base, status: 'failed' as const, reason: 'reject: code 40002' };
        if (place % 53 === 9) return { ...base, status: 'failed' as const, reason: 'no_identifier' };
        return { ...base, status: 'accepted' as const };
      });
      await store.settleDeliveries({
        queue,
        lease,
        now,
        settled: settled.slice(0, rows.length < 500 ? -9 : undefined),
      });
      if (rows.length < 500) break;
    }
  }
}
