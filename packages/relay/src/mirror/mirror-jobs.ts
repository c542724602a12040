import type { Calls } from '../deliver/call-destination.ts';
import type { Configured } from '../deliver/configured.ts';
import { createJob, type Job } from '../deliver/engine.ts';
import { mirrorQueueOf } from '../store/mirrors.ts';
import type { Store } from '../store/store.ts';
import type { Notify } from '../notify/notify.ts';
import type { Mirrors } from './mirrors.ts';
import { mirrorBatch } from './mirror-batch.ts';

/** The lists of each destination that holds any, by environment. */
export const mirrorJobs = (
  store: Store,
  destinations: readonly Configured[],
  { audiences, traits, traitsAt }: Pick<Mirrors, 'audiences' | 'traits' | 'traitsAt'>,
  notify: Notify,
  calls: Calls,
): Job[] =>
  destinations.flatMap((configured) => {
    const { audience, properties } = configured.destination;
    const mirror = audience ?? properties;
    if (!mirror) return [];
    const isUsed = (environment: string): boolean =>
      (audience && audiences.size > 0) || traitsAt(environment).includes(configured.name);
    return configured.environments.filter(isUsed).map((environment) =>
      createJob({
        environment,
        destination: configured.name,
        queue: mirrorQueueOf(environment, configured.name),
        limits: mirror.limits,
        take: (request) => store.takeMirrored(request),
        async work(taken, lease) {
          const { settled, sign } = await mirrorBatch(taken, lease, {
            ...calls,
            audiences,
            traits,
            store,
            configured,
          });
          const keyOf = ({ person, list }: { person: string; list: string }): string =>
            JSON.stringify([person, list]);
          const rowOf = new Map(taken.rows.map((row) => [keyOf(row), row]));
          const told = settled.map((one) => {
            const row = rowOf.get(keyOf(one));
            return { ...one, notice: row && notify.ofTraits(row, one) };
          });
          return { settled: told, sign };
        },
        settle: (request) => store.settleMirrored(request),
        noticeOf: notify.ofAlert,
      }),
    );
  });
