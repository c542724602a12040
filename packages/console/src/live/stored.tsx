import type { EventSearch, FoundEvent, FoundEvents } from '@tracklayer/relay';
import { useEffect, useState } from 'preact/hooks';
import { useLoad } from '../load.ts';
import { ProblemState } from '../problem-state.tsx';
import { problemOf, type RelayApi, type RelayProblem } from '../relay-api.ts';
import { Shown } from '../shown.tsx';
import { Status } from '../status.tsx';
import { Table } from '../table.tsx';
import { counted, timeOf } from '../text.ts';
import { TraceLink } from '../trace/trace-link.tsx';
import { Value } from '../value.tsx';
import type { Filter } from './filters.tsx';
import { Problems } from './problems.tsx';

const refreshMs = 5_000;
const typingMs = 300;

/** Stored events that are asked for by an id, or by filters that the stream cannot answer. */
export function Stored({ api, id, filter }: { api: RelayApi; id: string; filter: Filter }) {
  const wanted = JSON.stringify(searchOf(id, filter));
  const search = useSettled(wanted);
  // What was found for one question never stands under another.
  return <Found key={search} api={api} search={JSON.parse(search) as EventSearch} isById={id !== ''} />;
}

function searchOf(id: string, filter: Filter): EventSearch {
  if (id !== '') return { id };
  const given = Object.entries(filter).map(([name, text]) => [name, text.trim()] as const);
  return Object.fromEntries(given.filter(([, text]) => text !== ''));
}

/** A value that has not changed for as long as somebody types. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), typingMs);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

function Found({ api, search, isById }: { api: RelayApi; search: EventSearch; isById: boolean }) {
  const [older, setOlder] = useState<readonly FoundEvents[]>([]);
  const [problem, setProblem] = useState<RelayProblem>();
  const [isAsking, setAsking] = useState(false);
  const first = useLoad((signal) => api.post<FoundEvents>('/api/events/find', search, signal), [], refreshMs);

  async function goOn(after: string): Promise<void> {
    setAsking(true);
    try {
      const page = await api.post<FoundEvents>('/api/events/find', { ...search, after });
      setOlder((known) => [...known, page]);
      setProblem(undefined);
    } catch (error) {
      setProblem(problemOf(error));
    }
    setAsking(false);
  }

  return (
    <Shown load={first}>
      {(page) => {
        const pages = [page, ...older];
        const events = distinct(pages.flatMap((one) => one.events));
        const next_cursor = pages.at(-1)?.next_cursor;
        const looked_at = pages.reduce((sum, one) => sum + one.looked_at, 0);
        return (
          <>
            {events.length === 0 ? (
              <p class="state" role="status">
                {isById
                  ? 'No stored event has this event_id, order_id or user_id. The relay may never have had it: see onDrop of the client for a reason.'
                  : next_cursor
                    ? `None of the newest ${counted(looked_at, 'event')} matches the filters.`
                    : 'No stored event matches the filters.'}
              </p>
            ) : (
              <Rows events={events} />
            )}
            {!isById && <p class="quiet">Event, source and reason are compared with whole names here.</p>}
            {problem && <ProblemState problem={problem} />}
            {next_cursor && (
              <p class="bar">
                <button type="button" disabled={isAsking} onClick={() => void goOn(next_cursor)}>
                  Look through older events
                </button>
                <span class="quiet">{counted(looked_at, 'event')} looked through so far.</span>
              </p>
            )}
          </>
        );
      }}
    </Shown>
  );
}

/** The first page is asked for again and again, and may come to hold what was in the second. */
const distinct = (events: readonly FoundEvent[]): FoundEvent[] => [
  ...new Map(events.map((one) => [one.event.event_id, one])).values(),
];

function Rows({ events }: { events: readonly FoundEvent[] }) {
  return (
    <Table
      label="Stored events"
      columns={['Time', 'Event', 'Status', 'event_id', { title: 'Source', kind: 'wide' }, 'Destinations']}
    >
      {events.map(
        ({
          event: { event, event_id = '', source },
          received_at,
          status,
          copies,
          errors = [],
          deliveries,
        }) => (
          <tr key={event_id}>
            <td class="time">{timeOf(received_at)}</td>
            <td class="lead">
              <Value of={event} />
            </td>
            <td class="mark">
              <Status of={status} /> {copies > 1 && <span class="quiet">{copies} copies</span>}
              <Problems of={errors} />
            </td>
            <td>
              <TraceLink of={event_id} />
            </td>
            <td class="wide">
              <Value of={source} />
            </td>
            <td class="all">
              {deliveries.map(({ destination, status: delivery, reason }) => (
                <div key={destination}>
                  <Value of={destination} /> <Status of={delivery} />
                  {reason !== undefined && (
                    <span class="quiet">
                      {' '}
                      <Value of={reason} />
                    </span>
                  )}
                </div>
              ))}
              {deliveries.length === 0 && <span class="quiet">none</span>}
            </td>
          </tr>
        ),
      )}
    </Table>
  );
}
