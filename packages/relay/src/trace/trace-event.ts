import { consentHop } from './consent-hop.ts';
import { copiesHop } from './copies-hop.ts';
import { destinationHops } from './destination-hops.ts';
import type { TraceFacts } from './facts.ts';
import { heapHop } from './heap-hop.ts';
import { personHop } from './person-hop.ts';
import { registryHop } from './registry-hop.ts';
import type { Trace } from './trace.ts';

/** Follows one event through all that is known of it (pure). */
export function traceEvent(facts: TraceFacts): Trace {
  return {
    event_id: facts.event_id,
    event: facts.event,
    hops: [
      heapHop(facts),
      registryHop(facts),
      copiesHop(facts),
      personHop(facts),
      consentHop(facts),
      ...destinationHops(facts),
    ],
  };
}
