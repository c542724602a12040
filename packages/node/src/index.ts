// For app developers.
export { createNodeClient, type NodeClient } from './node-client.ts';
export type { NodeClientOptions } from './options.ts';
export { withTrackLayer } from './with-tracklayer.ts';
export type { Forward } from './forward.ts';
export type { ReportSightings } from './drift/report-sightings.ts';
export type { Sighting } from './drift/sighting.ts';
export { createCaptureHandler } from './handler/capture-handler.ts';
export {
  toNodeHandler,
  type NodeHandler,
  type RawReply,
  type RawRequest,
  type WebHandler,
} from './handler/node-http.ts';
export type { CaptureHandler, CaptureHandlerOptions, ConnectionInfo } from './handler/options.ts';
export { verifyWebhook, type SignedWebhook } from './webhook/verify-webhook.ts';
export { loadRegistry, type LoadRegistryOptions } from './registry/load-registry.ts';
export {
  canonicalEvents,
  defineEvents,
  defineRegistry,
  eventId,
  hashTraits,
  heapGuideRegistry,
  isTrackLayerError,
  parseEvents,
  parseRegistry,
  promote,
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
  ErrorCode,
  EventContext,
  EventMap,
  EventName,
  Events,
  FlushResult,
  IdentifyInput,
  Json,
  JsonObject,
  MessageStore,
  Outcome,
  Promotion,
  PropertiesOf,
  Receipt,
  Registry,
  RegistryEntry,
  Sha256,
  SourceEvent,
  Stats,
  StoredMessage,
  Transport,
  WireAnswer,
  WireRequest,
} from '@tracklayer/core';

// For authors of transports.
export { createPoolTransport } from './platform/http-transport.ts';
export { createSpool, type SpoolOptions } from './platform/spool.ts';
