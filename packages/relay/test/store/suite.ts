import { expect, test } from 'vitest';
import type { WireEvent, WireIdentify } from '@tracklayer/core';
import type { PlannedDelivery, Store } from '../../src/index.ts';

/** Opens a fresh store for one test; the suite closes it. */
export type OpenStore = () => Store | Promise<Store>;

/** States facts of the stores that `open` opens; `name` tells them apart in the report. */
export const factsOf =
  (name: string, open: OpenStore) => (title: string, body: (store: Store) => Promise<void>) =>
    test(`${name}: ${title}`, async () => {
      expect.hasAssertions();
      const store = await open();
      try {
        await body(store);
      } finally {
        await store.close();
      }
    });

export const received_at = Date.parse('2026-11-23T10:15:31.000Z');

export const received = (event: WireEvent, deliveries?: readonly PlannedDelivery[]) => ({
  key_properties: ['order_id'],
  event: { ...event, occurred_at: event.occurred_at ?? new Date(received_at).toISOString() },
  deliveries,
});

/** Captures events in one request, in production. */
export const capture = (store: Store, ...events: WireEvent[]) => captureAt(received_at, store, ...events);

export const captureAt = (at: number, store: Store, ...events: WireEvent[]) =>
  store.capture({
    environment: 'production',
    received_at: at,
    messages: events.map((event) => received(event)),
  });

/** Identifies persons in one request, in production. */
export const identify = (store: Store, ...identifies: WireIdentify[]) =>
  store.identify({
    environment: 'production',
    received_at,
    messages: identifies.map((message) => ({
      identify: { ...message, occurred_at: message.occurred_at ?? '2026-11-23T09:00:00.000Z' },
    })),
  });
