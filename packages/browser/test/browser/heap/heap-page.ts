import { expect, onTestFinished } from 'vitest';
import { defineRegistry, type CaptureInput, type IdentifyInput } from '@tracklayer/core';
import {
  promoteHeap,
  type HeapPromotion,
  type PromoteHeapOptions,
} from '../../../src/heap/promotion/promote-heap.ts';
import {
  installFakeHeap,
  type FakeHeap,
  type FakeHeapOptions,
} from '../../../../testing/src/fake-heap/index.ts';

type Call = (...args: unknown[]) => unknown;
export type PageHeap = Record<string, Call>;

declare global {
  interface Window {
    heap: PageHeap;
  }
}

export const generations: (FakeHeapOptions & { name: string })[] = [
  { name: 'SDK 5', generation: 'sdk5' },
  { name: 'classic 4.23', generation: 'classic', version: '4.23' },
  { name: 'classic 4.14', generation: 'classic', version: '4.14' },
];

const registry = defineRegistry([
  {
    source: 'heap',
    source_event: 'Order Completed',
    canonical_event: 'purchase',
    status: 'approved',
    required_properties: ['order_id', 'value', 'currency'],
    properties: { order_id: 'orderId', value: 'total', currency: 'currency' },
  },
  {
    source: 'heap',
    source_event: 'Signed Up',
    canonical_event: 'sign_up',
    status: 'draft',
  },
]);

export const order = (id: string): object => ({
  orderId: id,
  total: 129.95,
  currency: 'EUR',
  note: 'private',
});

export interface HeapPage {
  heap: FakeHeap;
  promotion: HeapPromotion;
  /** What the client was told, in order. */
  said: string[];
  captured: CaptureInput[];
  identified: IdentifyInput[];
  place(id: string): unknown;
}

/** A page with a fake Heap and the hook, installed at the moment that `when` names. */
export async function pageWith(
  options: FakeHeapOptions,
  when: 'before snippet' | 'before load' | 'after load' | 'never',
  between: (page: Pick<HeapPage, 'heap' | 'place'>) => unknown = () => {},
  promoting: Partial<PromoteHeapOptions> = {},
): Promise<HeapPage> {
  const page = (options.window ?? window) as Window;
  const said: string[] = [];
  const captured: CaptureInput[] = [];
  const identified: IdentifyInput[] = [];
  let user_id: string | undefined;
  const client = {
    capture(event: CaptureInput) {
      const { order_id } = event.properties as { order_id: string };
      if (order_id === 'broken') throw new Error('a client that throws');
      captured.push(event);
      said.push(`capture ${order_id}`);
      return {
        event_id: order_id === 'refused' ? null : `${order_id}_purchase`,
        settled: async () => ({ status: 'delivered' as const }),
      };
    },
    identify(input: IdentifyInput) {
      identified.push(input);
      user_id = input.user_id ?? user_id;
      said.push(`identify ${String(input.user_id)}`);
      return { event_id: null, settled: async () => ({ status: 'delivered' as const }) };
    },
    reset() {
      user_id = undefined;
      said.push('reset');
    },
    userId: () => user_id,
    anonymousId: () => 'anon_1',
    consent: () => 'open' as const,
    isAllowed: () => true,
    onConsent: () => () => {},
  };
  let promotion: HeapPromotion = {
    stop() {},
    trace: () => [],
    stats: () => expect.fail('the hook is not installed'),
  };
  const install = (): void => {
    promotion = promoteHeap(client, { registry, window: page, ...promoting });
  };
  const place = (id: string): unknown => page.heap['track']!('Order Completed', order(id));

  if (when === 'before snippet') install();
  const heap = installFakeHeap(options);
  onTestFinished(() => {
    promotion.stop();
    heap.uninstall();
  });
  await Promise.resolve();
  await between({ heap, place });
  if (when === 'before load') install();
  if (when === 'after load') {
    await heap.load();
    install();
  }
  return { heap, promotion, said, captured, identified, place };
}
