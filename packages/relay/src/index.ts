// For operators who embed the relay.
export { createRelay, type Relay, type RelayOptions } from './relay.ts';
export { serveRelay, type RelayServer, type ServeOptions } from './server.ts';
export type { Arrival, Refused } from './arrival.ts';
export type { RelayKey, Scope } from './keys.ts';
export { createSqliteStore, type SqliteStoreOptions } from './store/sqlite.ts';

// For authors of stores.
export type {
  CaptureOutcome,
  DailyShape,
  Delivery,
  EventPage,
  EventQuery,
  EventRecord,
  EventSummary,
  IdentifyOutcome,
  Link,
  NewRegistry,
  ReceivedEvent,
  ReceivedIdentify,
  RejectedEvent,
  RegistryVersion,
  SeenLabel,
  SightingReport,
  Store,
  VersionPage,
  VersionSummary,
} from './store/store.ts';
