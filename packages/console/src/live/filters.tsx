import type { DestinationState, EventSearch } from '@tracklayer/relay';
import { useMemo } from 'preact/hooks';
import { isWide } from '../is-wide.ts';
import { bodyOf, useLoad } from '../load.ts';
import type { RelayApi } from '../relay-api.ts';

/** What a person chose; empty text chooses nothing. */
export interface Filter {
  event: string;
  source: string;
  status: '' | 'accepted' | 'duplicate' | 'rejected';
  user_id: string;
  destination: string;
  delivery: '' | NonNullable<EventSearch['delivery']>;
  reason: string;
  /** A UTC day: `2026-11-23`. */
  day: string;
}

export const noFilter: Filter = {
  event: '',
  source: '',
  status: '',
  user_id: '',
  destination: '',
  delivery: '',
  reason: '',
  day: '',
};

/** Whether only what is stored can be chosen so: the stream names no persons, and comes before anything is delivered. */
export const isOfStored = ({ user_id, destination, delivery, reason, day }: Filter): boolean =>
  [user_id, destination, delivery, reason, day].some((text) => text.trim() !== '');

const deliveries = ['pending', 'accepted', 'failed', 'skipped'] as const;

/** The filters of Live. What is typed goes into no address. */
export function Filters({
  api,
  filter,
  onFilter,
}: {
  api: RelayApi;
  filter: Filter;
  onFilter: (filter: Filter) => void;
}) {
  const load = useLoad(
    (signal) => api.get<{ destinations: readonly DestinationState[] }>('/api/destinations', signal),
    [],
  );
  const destinations = bodyOf(load)?.destinations.map(({ destination }) => destination) ?? [];
  // What is filtered by is shown from the start, and also when the relay knows it no more.
  const names = [...new Set([...destinations, filter.destination])].filter(Boolean);
  const isStored = isOfStored(filter);
  // On a phone they would stand before everything else.
  const wasWide = useMemo(isWide, []);
  const set =
    (name: keyof Filter) =>
    ({ currentTarget }: { currentTarget: { value: string } }): void => {
      const next = { ...filter, [name]: currentTarget.value };
      // A duplicate is stored as a further copy of the event that it repeats.
      onFilter(isOfStored(next) && next.status === 'duplicate' ? { ...next, status: '' } : next);
    };
  return (
    <details open={wasWide || filter !== noFilter}>
      <summary>Filters</summary>
      <div class="filters" role="group" aria-label="Filters">
        <label>
          Event
          <input value={filter.event} onInput={set('event')} placeholder="purchase" />
        </label>
        <label>
          Source
          <input value={filter.source} onInput={set('source')} placeholder="heap" />
        </label>
        <label>
          Status
          <select value={filter.status} onChange={set('status')}>
            <option value="">all</option>
            <option>accepted</option>
            <option disabled={isStored}>duplicate</option>
            <option>rejected</option>
          </select>
        </label>
        <label>
          Person
          <input value={filter.user_id} onInput={set('user_id')} placeholder="user_id" autocomplete="off" />
        </label>
        <label>
          Destination
          <select value={filter.destination} onChange={set('destination')}>
            <option value="">all</option>
            {names.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label>
          Delivery
          <select value={filter.delivery} onChange={set('delivery')}>
            <option value="">all</option>
            {deliveries.map((status) => (
              <option key={status}>{status}</option>
            ))}
          </select>
        </label>
        <label>
          Reason
          <input value={filter.reason} onInput={set('reason')} placeholder="consent_denied" />
        </label>
        <label>
          Day (UTC)
          <input type="date" value={filter.day} onInput={set('day')} />
        </label>
        {filter !== noFilter && (
          <button type="button" onClick={() => onFilter(noFilter)}>
            Clear
          </button>
        )}
      </div>
    </details>
  );
}
