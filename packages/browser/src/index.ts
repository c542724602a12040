// For app developers.
export { createBrowserClient, type BrowserClient } from './browser-client.ts';
export type { BrowserClientOptions } from './options.ts';
export {
  promoteHeap,
  type HeapPromotion,
  type PromoteHeapOptions,
  type PromotionStats,
} from './heap/promotion/promote-heap.ts';
export type { HeapStats, PromoterOptions } from './heap/promotion/promoter.ts';
export type { HeapDrift } from './heap/heap-drift.ts';
export type { HeardLabel } from './heap/heard-label.ts';
export type { PromotingClient } from './heap/promoting-client.ts';
export { defineEvents, defineRegistry, eventId, isTrackLayerError, TrackLayerError } from '@tracklayer/core';
export type {
  CaptureInput,
  Client,
  Conflict,
  ConsentSnapshot,
  Drop,
  DropReason,
  ErrorCode,
  EventContext,
  EventMap,
  EventName,
  Events,
  FlushResult,
  IdentifyInput,
  Json,
  JsonObject,
  Outcome,
  Promotion,
  PropertiesOf,
  Receipt,
  Registry,
  RegistryEntry,
  Sha256,
  Stats,
} from '@tracklayer/core';
