import type { CaptureInput, Client, Registry } from '@tracklayer/core';
import { nearMissOf } from '@tracklayer/core/adapter';
import { readHeapTime } from './heap-time.ts';
import { ofEntries } from '../registry/of-entries.ts';
import { businessIdOf, personOfVisitor, promoteStored } from './promote-stored.ts';
import { readWebhookEvent } from './webhook-event.ts';
import type { HeapWebhookDrift, HeapWebhookOptions } from './webhook-options.ts';

/** What became of one event, as the answer says it. */
export type Taken =
  | { status: 'captured'; event_id: string }
  | ({ status: Exclude<HeapWebhookDrift['kind'], 'deprecated' | 'uncast'> } & Omit<HeapWebhookDrift, 'kind'>)
  | { status: 'invalid'; detail: string };

/** Who hears of labels on the way. */
interface Watch {
  onLabel: (source_event: string) => void;
  onDrift: (drift: HeapWebhookDrift) => void;
}

/** Makes what turns the body of an event webhook into an event. Rejects with what the app's functions throw,
 * or when the client takes nothing at the moment. */
export function createTakeEvent(
  { source = 'heap', events, personOf = personOfVisitor, now = Date.now }: HeapWebhookOptions,
  registry: Registry,
  client: Pick<Client, 'capture'>,
  { onLabel, onDrift }: Watch,
): (body: unknown) => Promise<Taken> {
  const nearMiss = ofEntries(registry, (current) => nearMissOf(current, source));
  return async (body) => {
    const given = readWebhookEvent(body);
    if (!given) return { status: 'invalid', detail: 'event or event_name is missing' };
    const { source_event, properties, time, user_id: heapId, session_id } = given;
    onLabel(source_event);
    const { at, fault } = time === undefined ? {} : readHeapTime(time, now());
    if (fault !== undefined) return { status: 'invalid', detail: `the event's time ${fault}` };
    const promotion = promoteStored(registry, { source, source_event, properties, at });
    if (promotion.status === 'unmapped') {
      const expected = nearMiss()(source_event)?.source_event;
      return { status: 'unmapped', source_event, ...(expected && { expected }) };
    }
    const { status, entry } = promotion;
    const label = { source_event, canonical_event: entry.canonical_event };
    if (status === 'missing') return { status, ...label, missing: promotion.missing };
    if (status !== 'promoted') return { status, ...label };

    const person = personOf(given);
    if (!person.user_id && !person.anonymous_id) {
      return { status: 'invalid', detail: 'identity and user_id are missing; add one to the template' };
    }
    const event_id =
      promotion.event_id ?? businessIdOf(promotion.event, promotion.properties, person, events);
    // Heap may send it twice, and nothing but its key would tell.
    if (!event_id) return { status: 'missing', ...label, missing: ['business key'] };
    const receipt = client.capture({
      event: promotion.event,
      event_id,
      ...person,
      properties: promotion.properties,
      source,
      ...(at !== undefined && { occurred_at: at }),
      ...((heapId ?? session_id) && { context: { heap: { user_id: heapId, session_id } } }),
    } as CaptureInput);
    const { status: entryStatus, deprecated_until } = entry;
    if (promotion.uncast) onDrift({ kind: 'uncast', ...label, uncast: promotion.uncast });
    if (entryStatus === 'deprecated') onDrift({ kind: 'deprecated', ...label, deprecated_until });
    const outcome = await Promise.race([receipt.settled(), Promise.resolve()]);
    if (!outcome || outcome.status !== 'dropped') return { status: 'captured', event_id };
    const { reason, detail = reason } = outcome;
    if (reason === 'closed' || reason === 'queue_full') throw new Error(`the client has no room: ${reason}`);
    return { status: 'invalid', detail: `the client refused the event: ${detail}` };
  };
}
