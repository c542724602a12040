import type { AnyMirror } from '@tracklayer/destinations';
import type { ListCare } from '../lists/list-care.ts';
import type { Calls } from '../deliver/call-destination.ts';
import type { Configured } from '../deliver/configured.ts';
import { createJob, type Job } from '../deliver/engine.ts';
import { deletionQueueOf, mirrorQueueOf } from '../store/mirrors.ts';
import type { Store } from '../store/store.ts';
import type { Notify } from '../notify/notify.ts';
import type { Mirrors } from './mirrors.ts';
import { mirrorBatch } from './mirror-batch.ts';

/**
 * The lists of each destination that may hold any, by environment, also those that no rule names any more: whoever is
 * on one is taken out. Deletions have a queue of their own.
 */
export const mirrorJobs = (
  store: Store,
  destinations: readonly Configured[],
  rules: Pick<Mirrors, 'audiences' | 'traits' | 'traitsAt'> & Pick<ListCare, 'targetOf'>,
  notify: Notify,
  calls: Calls,
): Job[] => {
  const jobsOf = (
    configured: Configured,
    mirror: AnyMirror | undefined,
    queueOf: (environment: string, destination: string) => string,
  ): Job[] =>
    configured.environments.flatMap((environment) =>
      mirror
        ? [
            createJob({
              environment,
              destination: configured.name,
              queue: queueOf(environment, configured.name),
              limits: mirror.limits,
              take: (request) => store.takeMirrored(request),
              async work(taken, lease) {
                const surroundings = { ...calls, ...rules, store, configured };
                const { settled, sign } = await mirrorBatch(taken, lease, surroundings);
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
          ]
        : [],
    );
  return destinations.flatMap((configured) => {
    const { destination, settings } = configured;
    const { audience, properties, deletion } = destination;
    const lists = jobsOf(configured, audience ?? properties, mirrorQueueOf);
    if (!deletion?.token?.isConfigured(settings)) return lists;
    // Its token opens nothing else.
    const deleting = { ...configured, destination: { ...destination, token: deletion.token } };
    return [...lists, ...jobsOf(deleting, deletion, deletionQueueOf)];
  });
};

const keyOf = ({ person, list }: { person: string; list: string }): string => JSON.stringify([person, list]);
