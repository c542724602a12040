// For operators who embed the relay.
export { createRelay, type Relay, type RelayOptions } from './relay.ts';
export { serveRelay, type RelayServer, type ServeOptions } from './server.ts';
export { defineRelay, env } from './config/settings.ts';
export type {
  KeySettings,
  LimitSettings,
  DestinationSettings,
  RelaySettings,
  RetentionSettings,
  Secret,
} from './config/settings.ts';
export type { Answered, Refused } from './answered.ts';
export type { GivenDestinations } from './deliver/configured.ts';
export type { AudienceSettings, GivenAudiences } from './audiences/rules.ts';
export type { HeapSegmentSettings } from './mirror/segment-sync.ts';
export type { GivenTraits, TraitsPerson } from './traits/compute-traits.ts';
export type { DestinationState } from './deliver/destination-states.ts';
export type { Alert } from './deliver/alert.ts';
export type { NotifySettings } from './notify/configure-notify.ts';
export type { FeedItem } from './feed/feed.ts';
export type { DestinationCounts, Report, ReportRow } from './report/report.ts';
export type { AudienceAtDestination, AudienceState } from './audiences/serve-audiences.ts';
export type { Drift } from './drift/drift.ts';
export type { FoundPerson } from './people/find-person.ts';
export type { RegistryChange, RegistryDiff, Severity } from './registry/diff-registries.ts';
export type { FoundEvent, FoundEvents } from './read/find-events.ts';
export type { EventSearch } from './read/read-event-search.ts';
export type { OwnKey, RelayKey, Scope } from './keys.ts';
export { createPostgresStore, type PostgresStoreOptions } from './store/postgres/postgres.ts';
export { createSqliteStore, type SqliteStoreOptions } from './store/sqlite/sqlite.ts';

// For authors of stores.
export type {
  AudienceRecord,
  AudienceStore,
  AudienceSummary,
  MembersPage,
  PageOutcome,
  SyncRecord,
} from './store/audiences.ts';
export type { Arrival, RejectedEvent } from './store/arrival.ts';
export type {
  Change,
  ChangeAction,
  ChangePage,
  ChangeQuery,
  ChangeStore,
  NewChange,
} from './store/changes.ts';
export type { Chore, ChoreStore, RetentionRule } from './store/chores.ts';
export type {
  DeliveryRecord,
  DeliveryStatus,
  DeliveryStore,
  LeasedDelivery,
  PlannedDelivery,
  SettledDelivery,
} from './store/deliveries.ts';
export type {
  LeasedMirror,
  MirrorCount,
  MirrorRecord,
  MirrorStatus,
  MirrorStore,
  SettledMirror,
  Wanted,
} from './store/mirrors.ts';
export type { Permit, QueueState, SettleRequest, Taken, TakeRequest } from './store/queue.ts';
export type { DailyShape, DriftStore, SeenLabel, SightingReport } from './store/drift.ts';
export type {
  CaptureOutcome,
  EventPage,
  EventQuery,
  EventRecord,
  EventStore,
  EventSummary,
  LaterCopy,
  ReceivedEvent,
} from './store/events.ts';
export type {
  Erased,
  IdentifyOutcome,
  Identity,
  LastSeen,
  Link,
  PeopleStore,
  Person,
  ReceivedIdentify,
  SeenValue,
} from './store/people.ts';
export type {
  NewRegistry,
  RegistryStore,
  RegistryVersion,
  VersionPage,
  VersionSummary,
} from './store/registry.ts';
export type { LabelDay, Step, StepCount, StepStore } from './store/steps.ts';
export type { Store } from './store/store.ts';
