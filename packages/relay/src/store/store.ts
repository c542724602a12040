import type { AudienceStore } from './audiences.ts';
import type { ChangeStore } from './changes.ts';
import type { ChoreStore } from './chores.ts';
import type { DeliveryStore } from './deliveries.ts';
import type { DriftStore } from './drift.ts';
import type { EventStore } from './events.ts';
import type { MirrorStore } from './mirrors.ts';
import type { NoticeStore } from './notices.ts';
import type { PeopleStore } from './people.ts';
import type { RegistryStore } from './registry.ts';
import type { StepStore } from './steps.ts';

/**
 * What the relay remembers. Implementations differ in where, never in what: all pass the suites of `test/store/`.
 * Everything is by environment, and nothing crosses from one to another.
 */
export interface Store
  extends
    EventStore,
    PeopleStore,
    RegistryStore,
    DriftStore,
    StepStore,
    DeliveryStore,
    AudienceStore,
    MirrorStore,
    NoticeStore,
    ChangeStore,
    ChoreStore {
  /** Resolves when a commit goes through, rejects when it does not (docs/wire.md W-35). */
  check(): Promise<void>;
  /** Finishes what was begun and releases everything. */
  close(): Promise<void>;
}
