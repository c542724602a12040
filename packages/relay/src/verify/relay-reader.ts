import { isTrackLayerError, type WireEvent } from '@tracklayer/core';
import { callRelay, type RelayAddress } from '../remote/call-relay.ts';
import type { Trace } from '../trace/trace.ts';

/** An event in a list of the relay, as far as a verification reads it. */
export type ListedEvent = Partial<WireEvent> & { event_id: string };

/** What a verification asks of a relay; by POSTs, since a user's id and what is made of it stand in no address. */
export interface RelayReader {
  /** The trace of an id; nothing for one that says nothing. */
  trace(event_id: string): Promise<Trace | undefined>;
  /** Events, newest first. */
  events(query: { event?: string; user_id?: string; limit: number }): Promise<readonly ListedEvent[]>;
  /** Captures one event. Returns the relay's verdict: `accepted` or `duplicate`. */
  capture(event: object): Promise<string>;
}

export function createRelayReader(relay: RelayAddress): RelayReader {
  return {
    async trace(event_id) {
      const asked = callRelay(relay, 'api/events/trace', { method: 'post', json: { event_id } });
      return (await asked.catch(absent)) as Trace | undefined;
    },
    async events(query) {
      const { events } = (await callRelay(relay, 'api/events/find', { method: 'post', json: query })) as {
        events: readonly { event: ListedEvent }[];
      };
      return events.map(({ event }) => event);
    },
    async capture(event) {
      const { status } = (await callRelay(relay, 'api/capture', { method: 'post', json: event })) as {
        status: string;
      };
      return status;
    },
  };
}

function absent(error: unknown): undefined {
  if (isTrackLayerError(error) && statusOf(error) === 404) return undefined;
  throw error;
}

const statusOf = ({ cause }: Error): unknown =>
  typeof cause === 'object' && cause !== null && 'status' in cause ? cause.status : undefined;
