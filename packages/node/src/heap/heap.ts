// For app developers: what a backend does with Heap.
export { createHeapClient, type HeapClient, type HeapClientOptions } from './heap-client.ts';
export type { HeapResult } from './heap-delivery.ts';
export type { HeapDeletion } from './heap-deletion.ts';
export type { HeapRegion } from './heap-http.ts';
export type {
  HeapAccount,
  HeapEvent,
  HeapIdentify,
  HeapPerson,
  HeapProperties,
  HeapUser,
} from './heap-message.ts';
export { createHeapWebhookHandler } from './webhooks.ts';
export type {
  InvalidSegment,
  HeapWebhookDrift,
  HeapWebhookHandler,
  HeapWebhookOptions,
  HeapWebhookStats,
} from './webhook-options.ts';
export type { HeapEventPerson, HeapVisitor } from './promote-stored.ts';
export type { HeapSegmentSync } from './segment-sync.ts';
