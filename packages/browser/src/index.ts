// For app developers.
export { createBrowserClient, type BrowserClient } from './browser-client.ts';
export type { BrowserClientOptions } from './options.ts';
export { promoteHeap, type HeapPromotion, type PromoteHeapOptions } from './heap/promote-heap.ts';
export { countLabels, type LabelCountOptions } from './heap/count-labels.ts';
export { watchSilence, type SilenceOptions } from './heap/watch-silence.ts';
export type { HeapClient } from './heap/heap-client.ts';
export type { HeapDrift } from './heap/heap-drift.ts';
export type { HeapStats, PromoterOptions, SeenLabel } from './heap/promoter.ts';
export {
  defineEvents,
  defineRegistry,
  eventId,
  hashTraits,
  heapGuideRegistry,
  isTrackLayerError,
  parseRegistry,
  sha256Hex,
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
  Events,
  FlushResult,
  IdentifyInput,
  Outcome,
  PropertiesOf,
  Receipt,
  Registry,
  RegistryEntry,
  Sha256,
  Stats,
} from '@tracklayer/core';
