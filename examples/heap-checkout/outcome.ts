import type { Stats, WireEvent } from '@tracklayer/core';
import type { Sandbox } from '@tracklayer/destinations/sandbox';
import { platforms } from './platforms.ts';
import type { Cohort } from './shopper.ts';
import type { ShopServer } from './server/shop-server.ts';

interface Arrived {
  event: WireEvent;
  copies: number;
  conflicts: number;
  identity: { user_id: string | null };
  deliveries: readonly { destination: string; status: string; reason?: string }[];
}

export interface Outcome {
  /** Things that Heap recorded: calls, clicks, page views. */
  heapSaw: number;
  /** Calls of `heap.track`, by what became of them. */
  labels: { seen: number; promoted: number; unmapped: number; unmet: number };
  arrived: readonly Arrived[];
  clients: readonly { name: string; stats: Stats }[];
  /** What each platform took of the two purchases, by the relay's word and its own. */
  platforms: readonly { name: string; said: string; took: number; records: number }[];
  checks: readonly { what: string; holds: boolean }[];
}

/** Asks everybody what they saw: Heap, the clients, the relay. */
export async function readOutcome(
  shop: ShopServer,
  relay: { url: string; key: string },
  { sandbox, cohort }: { sandbox: Sandbox; cohort: Cohort },
): Promise<Outcome> {
  await shop.tracklayer.flush();
  const get = async <T>(path: string): Promise<T> => {
    const answer = await fetch(`${relay.url}${path}`, { headers: { authorization: `Bearer ${relay.key}` } });
    return (await answer.json()) as T;
  };
  const read = async (): Promise<Arrived[]> => {
    const { events } = await get<{ events: Arrived[] }>('/api/events?limit=100');
    return Promise.all(events.toReversed().map(({ event }) => get<Arrived>(`/api/events/${event.event_id}`)));
  };
  let arrived = await read();
  const isPending = ({ deliveries }: Arrived): boolean =>
    deliveries.some(({ status }) => status === 'pending');
  for (let tries = 0; tries < 60 && arrived.some(isPending); tries++) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    arrived = await read();
  }

  const reports = shop.heapReports;
  const sum = (name: string): number =>
    reports.reduce((total, { stats }) => total + (stats?.heap[name] ?? 0), 0);
  const clients = [
    ...reports.flatMap(({ stats }, place) =>
      stats ? [{ name: `page ${place + 1}`, stats: stats.client as unknown as Stats }] : [],
    ),
    { name: 'backend', stats: shop.tracklayer.stats() },
  ];

  const purchases = arrived.filter(({ event }) => event.event === 'purchase');
  const inHeap = reports.flatMap(({ orders }) => orders);
  const ofOrder = shop.orders.flatMap(({ order_id, user_id, paid_at }) => {
    const mine = purchases.filter(({ event }) => event.properties?.['order_id'] === order_id);
    const [purchase] = mine;
    const seen = inHeap.filter(({ properties }) => properties.orderId === order_id);
    const occurred = Date.parse(purchase?.event.occurred_at ?? '');
    return [
      { what: `${order_id}: one purchase, of ${purchase?.copies} copies`, holds: mine.length === 1 },
      {
        what: `${order_id}: the same user_id (${purchase?.event.user_id})`,
        holds: purchase?.identity.user_id === user_id,
      },
      { what: `${order_id}: the same order_id`, holds: seen.length > 0 && mine.length > 0 },
      {
        what: `${order_id}: a stable event_id (${purchase?.event.event_id})`,
        holds: purchase?.event.event_id === `${order_id}_purchase`,
      },
      {
        // The server's word beats the page's (docs/decisions/0009).
        what: `${order_id}: the time at which it was paid`,
        holds: occurred === paid_at,
      },
      { what: `${order_id}: accepted, without a conflict`, holds: purchase?.conflicts === 0 },
    ];
  });
  const took = platforms.map((name) => {
    const mine = purchases.flatMap(({ deliveries }) => deliveries.filter((one) => one.destination === name));
    return {
      name,
      said: [
        ...new Set(
          mine.map(({ status, reason }) => (status === 'accepted' ? status : `${status}: ${reason}`)),
        ),
      ].join(),
      took: mine.filter(({ status }) => status === 'accepted').length,
      records: sandbox.accepted(name).length,
    };
  });
  const traits = sandbox.members('heap', 'users').get('cust_2048');
  return {
    platforms: took,
    heapSaw: reports.reduce((total, { seen }) => total + seen, 0),
    labels: { seen: sum('seen'), promoted: sum('promoted'), unmapped: sum('unmapped'), unmet: sum('unmet') },
    arrived,
    clients,
    checks: [
      ...ofOrder,
      { what: 'two orders, two purchases', holds: shop.orders.length === 2 && purchases.length === 2 },
      {
        what: `both purchases accepted by each of ${platforms.length} platforms`,
        holds: took.every((one) => one.took === 2),
      },
      { what: 'Heap said who stalled: Meta and HubSpot had them', holds: cohort.stalled === 2 },
      { what: 'the purchase took them out again', holds: cohort.bought === 0 },
      {
        what: `Heap has the computed traits back (${JSON.stringify(traits)})`,
        holds: traits !== undefined,
      },
      { what: 'Heap knows the same person', holds: reports.some(({ identity }) => identity === 'cust_2048') },
      {
        what: 'captured = delivered + duplicate + dropped + pending, in every client',
        holds: clients.every(isConserved),
      },
    ],
  };
}

function isConserved({ stats }: { stats: Stats }): boolean {
  const { captured, delivered, duplicate, dropped, pending } = stats;
  const given = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  return captured === delivered + duplicate + given + pending;
}
