import { queueOf } from '../store/deliveries.ts';
import type { Store } from '../store/store.ts';
import type { Calls } from './call-destination.ts';
import type { Configured } from './configured.ts';
import { deliverBatch } from './deliver-batch.ts';
import { createJob, type Job } from './engine.ts';

/** What is planned for each destination and environment. */
export const deliveryJobs = (store: Store, destinations: readonly Configured[], calls: Calls): Job[] =>
  destinations.flatMap((configured) =>
    configured.environments.map((environment) => {
      const queue = queueOf(environment, configured.name);
      return createJob({
        environment,
        destination: configured.name,
        queue,
        limits: configured.destination.limits,
        take: (request) => store.takeDeliveries(request),
        work: (taken, lease) => deliverBatch(taken, lease, queue, { ...calls, store, configured }),
        settle: (request) => store.settleDeliveries(request),
      });
    }),
  );
