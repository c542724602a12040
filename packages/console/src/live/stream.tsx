import type { FeedItem } from '@tracklayer/relay';
import { useMemo, useState } from 'preact/hooks';
import { Status } from '../status.tsx';
import { Table } from '../table.tsx';
import { counted, timeOf } from '../text.ts';
import { TraceLink } from '../trace/trace-link.tsx';
import { Value } from '../value.tsx';
import type { Filter } from './filters.tsx';
import { Problems } from './problems.tsx';
import type { LiveFeed } from './use-feed.ts';

/** What a screen or two hold. At 1,000 events a second each row is laid out anew five times a second, and nobody reads it. */
const shownAtOnce = 50;

/** The events that this relay answers, as they come. */
export function Stream({ feed, filter }: { feed: LiveFeed; filter: Filter }) {
  const [held, setHeld] = useState<readonly FeedItem[]>();
  const [rows, setRows] = useState(shownAtOnce);
  const found = (held ?? feed.items).filter(
    ({ event = 'identify', source = '', status }) =>
      event.includes(filter.event.trim()) &&
      source.includes(filter.source.trim()) &&
      (filter.status === '' || status === filter.status),
  );
  const since = held && feed.items.findIndex(({ seq }) => seq === held[0]?.seq);
  return (
    <>
      <p class="bar">
        <StreamState feed={feed} found={found.length} />
        {feed.items.length > 0 && (
          <button
            type="button"
            aria-pressed={held !== undefined}
            onClick={() => setHeld(held ? undefined : feed.items)}
          >
            {held ? 'Resume the list' : 'Pause the list'}
          </button>
        )}
        {since !== undefined && (
          <span class="quiet" aria-live="off">
            {since < 0
              ? `${counted(feed.items.length, 'event')} and more arrived since`
              : `${counted(since, 'event')} arrived since`}
          </span>
        )}
      </p>
      {found.length > 0 && <Rows items={found.slice(0, rows)} />}
      {found.length > rows && (
        <button type="button" onClick={() => setRows(rows + shownAtOnce)}>
          Show {Math.min(shownAtOnce, found.length - rows)} more
        </button>
      )}
    </>
  );
}

function StreamState({ feed: { state, items, left_out, isCut }, found }: { feed: LiveFeed; found: number }) {
  const text =
    state === 'cut'
      ? 'The stream was interrupted. It resumes where it stopped as soon as the relay responds.'
      : state === 'connecting'
        ? 'Connecting…'
        : items.length === 0
          ? 'No events yet. Capture one, or send one: tracklayer verify --event purchase --user me'
          : found === 0
            ? 'No event matches the filters.'
            : undefined;
  return (
    <>
      <span aria-live="polite" class={text === undefined ? '' : 'state'}>
        {text}
      </span>
      {text === undefined && <span class="live">Live</span>}
      {isCut && (
        <span class="quiet">
          Some events may be missing here: the stream was interrupted for too long, or the relay was
          restarted. Find them by id or by day.
        </span>
      )}
      {left_out > 0 && <span class="quiet">{counted(left_out, 'event')} arrived too fast to show.</span>}
    </>
  );
}

function Rows({ items }: { items: readonly FeedItem[] }) {
  return (
    <Table
      label="Events"
      columns={['Time', 'Event', 'Status', 'event_id', { title: 'Source', kind: 'wide' }]}
    >
      {items.map((item) => (
        <Row key={item.seq} item={item} />
      ))}
    </Table>
  );
}

/** An item never changes, so a row that is there is made once and not looked at again. */
function Row({ item }: { item: FeedItem }) {
  return useMemo(() => {
    const { received_at, kind, event, event_id, source, status, conflict, errors } = item;
    return (
      <tr>
        <td class="time">{timeOf(received_at)}</td>
        <td class="lead">
          <Value of={kind === 'identify' ? 'identify' : event} />
        </td>
        <td class="mark">
          <Status of={status} /> {conflict && <Status of="conflict" />}
          <Problems of={errors} />
        </td>
        <td>
          {event_id === null || kind === 'identify' ? <Value of={event_id} /> : <TraceLink of={event_id} />}
        </td>
        <td class="wide">
          <Value of={source} />
        </td>
      </tr>
    );
  }, [item]);
}
