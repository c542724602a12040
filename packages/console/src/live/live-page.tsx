import type { FeedItem } from '@tracklayer/relay';
import { useState } from 'preact/hooks';
import type { RelayApi } from '../relay-api.ts';
import { timeOf } from '../text.ts';
import { TraceView } from '../trace-view.tsx';
import { Table } from '../table.tsx';
import { Value } from '../value.tsx';
import { useFeed, type LiveFeed } from './use-feed.ts';

const statuses = ['accepted', 'duplicate', 'rejected'] as const;

/** Events as they come, with filters; one opens into its trace. */
export function LivePage({ api }: { api: RelayApi }) {
  const feed = useFeed(api);
  const [filter, setFilter] = useState({ event: '', source: '', status: '' });
  const [opened, setOpened] = useState<string>();
  if (opened !== undefined) {
    return <TraceView api={api} event_id={opened} onClose={() => setOpened(undefined)} />;
  }
  const shown = feed.items.filter(
    ({ event = 'identify', source = '', status }) =>
      event.includes(filter.event) &&
      source.includes(filter.source) &&
      (filter.status === '' || status === filter.status),
  );
  const set = (name: keyof typeof filter) => (change: { currentTarget: { value: string } }) =>
    setFilter({ ...filter, [name]: change.currentTarget.value });
  return (
    <>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const id = new FormData(event.currentTarget).get('event_id');
          if (typeof id === 'string' && id.trim() !== '') void find(api, id.trim()).then(setOpened);
        }}
      >
        <label>
          Find by event_id or order_id
          <input name="event_id" placeholder="ord_10492_purchase" />
        </label>
        <button type="submit">Trace</button>
      </form>
      <div class="filters" role="group" aria-label="Filters">
        <label>
          Event
          <input value={filter.event} onInput={set('event')} />
        </label>
        <label>
          Source
          <input value={filter.source} onInput={set('source')} />
        </label>
        <label>
          Status
          <select value={filter.status} onChange={set('status')}>
            <option value="">all</option>
            {statuses.map((status) => (
              <option key={status}>{status}</option>
            ))}
          </select>
        </label>
      </div>
      <StreamState feed={feed} shown={shown.length} />
      {shown.length > 0 && <Rows items={shown} onOpen={setOpened} />}
    </>
  );
}

/** An order is named by its purchase; what nobody knows is opened all the same, and says so. */
async function find(api: RelayApi, text: string): Promise<string> {
  for (const id of [text, `${text}_purchase`, `${text}_refund`]) {
    const isThere = await api.get(`/api/events/${encodeURIComponent(id)}`).then(
      () => true,
      () => false,
    );
    if (isThere) return id;
  }
  return text;
}

function StreamState({ feed: { state, items, left_out }, shown }: { feed: LiveFeed; shown: number }) {
  return (
    <div aria-live="polite">
      {state === 'cut' && (
        <p class="state">The stream was cut. It goes on where it was as soon as the relay answers again.</p>
      )}
      {state === 'connecting' && <p class="state">Connecting…</p>}
      {state === 'open' && items.length === 0 && (
        <p class="state">
          Nothing came yet. Capture an event, or send one: tracklayer verify --event purchase --user me
        </p>
      )}
      {items.length > 0 && shown === 0 && <p class="state">No event passes the filters.</p>}
      {left_out > 0 && <p class="quiet">{left_out} more came too fast to show.</p>}
    </div>
  );
}

function Rows({ items, onOpen }: { items: readonly FeedItem[]; onOpen: (event_id: string) => void }) {
  return (
    <Table
      label="Events"
      columns={['Time', 'Event', 'event_id', { title: 'Source', kind: 'wide' }, 'Status']}
    >
      {items.map(({ seq, received_at, kind, event, event_id, source, status, conflict, errors }) => (
        <tr key={seq}>
          <td>{timeOf(received_at)}</td>
          <td>
            <Value of={kind === 'identify' ? 'identify' : event} />
          </td>
          <td>
            {event_id === null || kind === 'identify' ? (
              <Value of={event_id} />
            ) : (
              <button type="button" class="link" onClick={() => onOpen(event_id)}>
                <Value of={event_id} />
              </button>
            )}
          </td>
          <td class="wide">
            <Value of={source} />
          </td>
          <td>
            <span class={status}>{status}</span>
            {conflict && <span class="failed"> conflict</span>}
            {errors.map(({ path, message }) => (
              <div class="quiet" key={path}>
                <Value of={`${path} ${message}`} />
              </div>
            ))}
          </td>
        </tr>
      ))}
    </Table>
  );
}
