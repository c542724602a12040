import type { JsonObject } from '@tracklayer/core';
import type { Calls } from '../deliver/call-destination.ts';
import type { Alert } from '../deliver/alert.ts';
import { createJob, type Job } from '../deliver/engine.ts';
import type { LeasedDelivery, SettledDelivery } from '../store/deliveries.ts';
import { noteOf, type MirrorNote } from '../mirror/decide.ts';
import { idOfKey } from '../store/person-key.ts';
import { traitsList, type LeasedMirror, type SettledMirror } from '../store/mirrors.ts';
import { noticeQueueOf, type NewNotice, type QueuedNotice } from '../store/notice.ts';
import type { Store } from '../store/store.ts';
import type { Hook } from './configure-notify.ts';
import { sendNotices } from './send-notices.ts';

/** Says what a server of the operator's is to hear. Without one, nothing. */
export interface Notify {
  /** What is to be reported of a delivery that is final. */
  ofDelivery(row: LeasedDelivery, settled: SettledDelivery): NewNotice | undefined;
  /** What is to be reported of computed traits that a platform holds now. */
  ofTraits(row: LeasedMirror, settled: SettledMirror): NewNotice | undefined;
  /** What is to be reported of a destination that is in trouble, or no longer. */
  ofAlert(alert: Alert): QueuedNotice | undefined;
  /** Posts what is queued. */
  jobs(calls: Calls): readonly Job[];
}

export function createNotify(
  hook: Hook | undefined,
  { store, now, onError }: { store: Store; now: () => number; onError: (error: unknown) => void },
): Notify {
  function ofAlert({ environment, kind, state, destination, detail }: Alert): QueuedNotice | undefined {
    if (!hook?.on.has('alert')) return undefined;
    return { environment, type: 'alert', at: now(), data: { kind, state, destination, detail } };
  }
  const typeOf = { accepted: 'event.delivered', failed: 'event.failed' } as const;
  return {
    ofDelivery({ event }, { event_id, destination, status, reason, destination_ref }) {
      const type = status === 'accepted' || status === 'failed' ? typeOf[status] : undefined;
      // A controlled event has no name here, and nobody has to hear of it.
      if (type === undefined || event === null || !hook?.on.has(type)) return undefined;
      const data = { event, event_id, destination, reason, destination_ref };
      return { type, at: now(), data: JSON.parse(JSON.stringify(data)) as JsonObject };
    },
    ofTraits(row, { list, destination, isThere, note }) {
      if (list !== traitsList || !isThere || !hook?.on.has('trait.changed')) return undefined;
      const { traits: before = {} } = noteOf(row);
      const { traits: after = {} } = (note ?? {}) as MirrorNote;
      const changed = Object.entries(after).filter(
        ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name]),
      );
      if (changed.length === 0) return undefined;
      const user_id = idOfKey(row.person);
      return {
        type: 'trait.changed',
        at: now(),
        person: row.person,
        data: { user_id, destination, traits: Object.fromEntries(changed) },
      };
    },
    ofAlert,
    jobs: (calls) =>
      (hook?.configured.environments ?? []).map((environment) =>
        createJob({
          environment,
          destination: 'notify',
          queue: noticeQueueOf(environment),
          limits: { perRequest: 1 },
          take: (request) => store.takeNotices(request),
          work: (taken) => sendNotices(taken, hook as Hook, { ...calls, onError }),
          settle: (request) => store.settleNotices(request),
          noticeOf: ofAlert,
        }),
      ),
  };
}
