import { queueOf } from '../store/deliveries.ts';
import type { Store } from '../store/store.ts';
import type { Notify } from '../notify/notify.ts';
import type { Calls } from './call-destination.ts';
import type { Configured } from './configured.ts';
import { deliverBatch } from './deliver-batch.ts';
import { createJob, type Job } from './engine.ts';

/** What is planned for each destination and environment. */
export const deliveryJobs = (
  store: Store,
  destinations: readonly Configured[],
  notify: Notify,
  calls: Calls,
): Job[] =>
  destinations.flatMap((configured) =>
    configured.environments.map((environment) => {
      const queue = queueOf(environment, configured.name);
      return createJob({
        environment,
        destination: configured.name,
        queue,
        limits: configured.destination.limits,
        take: (request) => store.takeDeliveries(request),
        async work(taken, lease) {
          const { settled, sign } = await deliverBatch(taken, lease, queue, { ...calls, store, configured });
          const rowOf = new Map(taken.rows.map((row) => [row.event_id, row]));
          const told = settled.map((one) => {
            const row = rowOf.get(one.event_id);
            return { ...one, notice: row && notify.ofDelivery(row, one) };
          });
          return { settled: told, sign };
        },
        settle: (request) => store.settleDeliveries(request),
        noticeOf: notify.ofAlert,
      });
    }),
  );
