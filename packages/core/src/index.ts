export { createClient } from './create-client.ts';
export type {
  CallbackOptions,
  Client,
  ClientOptions,
  Conflict,
  Drop,
  IdentifyInput,
  QueueOptions,
  Receipt,
} from './options.ts';
export type { DropReason, FlushResult, Outcome, Stats } from './queue/stats.ts';
export type { BeforeSend } from './before-send.ts';
export type { BuiltInEvents, CaptureInput } from './contract/capture-input.ts';
export { canonicalEvents, type EventName, type PropertiesOf } from './contract/canonical-events.ts';
export { eventId } from './contract/business-id.ts';
export { defineEvents, type Events } from './contract/define-events.ts';
export { parseEvents } from './contract/parse-events.ts';
export type { EventMap, OwnEvent } from './contract/own-event.ts';
export type { Item, OwnPropertyType } from './contract/property-types.ts';
export type { StandardSchema } from './contract/standard-schema.ts';
export { defineRegistry, heapGuideRegistry, parseRegistry } from './define-registry.ts';
export { promote, type Promotion, type SourceEvent } from './registry/promote.ts';
export type { PageSource, PropertySource, SourceMap } from './registry/source.ts';
export type { Condition, Match, Registry, RegistryEntry, RegistryStatus } from './registry/registry.ts';
export { inWords, type Problem, type ProblemCode } from './event/problem.ts';
export { sha256Hex, type Sha256 } from './event/sha256.ts';
export type { SafeTraits, Traits } from './identity/personal.ts';
export { hashTraits, type TraitOptions } from './identity/traits.ts';
export { isTrackLayerError, TrackLayerError, type ErrorCode } from './errors.ts';
export { createMemoryTransport, type MemoryTransport } from './memory-transport.ts';
export type {
  ClickIds,
  ConsentChoice,
  ConsentSnapshot,
  EventContext,
  Json,
  JsonObject,
  MessageKind,
  Utm,
  Verdict,
  WireEvent,
  WireIdentify,
} from './event/event.ts';
export type { Clock, KeyValue, MessageStore, Platform, StoredMessage } from './platform.ts';
export type { Transport, WireAnswer, WireRequest } from './transport/transport.ts';
export type { EventsOf } from './contract/own-event.ts';
export type { HashFields } from './event/sha256.ts';
