import type { Stats, WireEvent } from '@tracklayer/core';
import type { ShopServer } from './server/shop-server.ts';

interface Arrived {
  event: WireEvent;
  copies: number;
  conflicts: number;
  identity: { user_id: string | null };
}

export interface Outcome {
  /** Things that Heap recorded: calls, clicks, page views. */
  heapSaw: number;
  /** Calls of `heap.track`, by what became of them. */
  labels: { seen: number; promoted: number; unmapped: number; unmet: number };
  arrived: readonly Arrived[];
  clients: readonly { name: string; stats: Stats }[];
  checks: readonly { what: string; holds: boolean }[];
}

/** Asks everybody what they saw: Heap, the clients, the relay. */
export async function readOutcome(shop: ShopServer, relay: { url: string; key: string }): Promise<Outcome> {
  await shop.tracklayer.flush();
  const get = async <T>(path: string): Promise<T> => {
    const answer = await fetch(`${relay.url}${path}`, { headers: { authorization: `Bearer ${relay.key}` } });
    return (await answer.json()) as T;
  };
  const { events } = await get<{ events: Arrived[] }>('/api/events?limit=100');
  const arrived = await Promise.all(
    events.toReversed().map(({ event }) => get<Arrived>(`/api/events/${event.event_id}`)),
  );

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
  return {
    heapSaw: reports.reduce((total, { seen }) => total + seen, 0),
    labels: { seen: sum('seen'), promoted: sum('promoted'), unmapped: sum('unmapped'), unmet: sum('unmet') },
    arrived,
    clients,
    checks: [
      ...ofOrder,
      { what: 'two orders, two purchases', holds: shop.orders.length === 2 && purchases.length === 2 },
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
