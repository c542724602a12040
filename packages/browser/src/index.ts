// For app developers.
export { createBrowserClient, type BrowserClient } from './browser-client.ts';
export type { BrowserClientOptions } from './options.ts';
export {
  promoteHeap,
  type HeapClient,
  type HeapDrift,
  type HeapPromotion,
  type HeapStats,
  type PromoteHeapOptions,
} from './heap/promote-heap.ts';
export {
  defineRegistry,
  eventId,
  hashTraits,
  heapGuideRegistry,
  isTrackLayerError,
  TrackLayerError,
} from '@tracklayer/core';
export type {
  CaptureInput,
  Client,
  Conflict,
  ConsentSnapshot,
  Drop,
  DropReason,
  EventContext,
  EventName,
  FlushResult,
  IdentifyInput,
  Outcome,
  PropertiesOf,
  Receipt,
  Registry,
  RegistryEntry,
  Stats,
} from '@tracklayer/core';
