import type { Report, ReportRow } from '@tracklayer/relay';
import { useState } from 'preact/hooks';
import { Bars } from '../bars.tsx';
import type { Filter } from '../live/filters.tsx';
import { isWide } from '../is-wide.ts';
import { useLookFor } from '../live/look-for.ts';
import { useLoad } from '../load.ts';
import type { RelayApi } from '../relay-api.ts';
import { Shown } from '../shown.tsx';
import { daysFrom, Spark } from '../spark.tsx';
import { Table } from '../table.tsx';
import { countOf } from '../text.ts';
import { Value } from '../value.tsx';
import { FlowPicture } from './flow-picture.tsx';
import { destinationsOf, sumOf } from './flow.ts';

const columns = ['seen', 'promoted', 'received', 'duplicates', 'rejected', 'accepted'] as const;

/** Where events stay on the way from Heap to each destination, day by day. */
export function ReportPage({ api }: { api: RelayApi }) {
  const [since, setSince] = useState('7d');
  const load = useLoad((signal) => api.get<Report>(`/api/report?since=${since}`, signal), [since]);
  return (
    <>
      <div class="filters">
        <label>
          Since
          <select value={since} onChange={(change) => setSince(change.currentTarget.value)}>
            {['1d', '7d', '30d', '90d'].map((days) => (
              <option key={days}>{days}</option>
            ))}
          </select>
        </label>
      </div>
      <Shown load={load}>
        {(report) => (
          <>
            <Road report={report} />
            <Rows rows={report.rows} />
          </>
        )}
      </Shown>
    </>
  );
}

const funnel = ['add_to_cart', 'sign_up', 'begin_checkout', 'add_payment_info', 'purchase', 'qualify_lead'];

/** Milestones in the order in which people reach them; others after these. */
const stepOf = (event: string): number => {
  const step = funnel.indexOf(event);
  return step < 0 ? funnel.length : step;
};

/** The road of all events of these days, and how many of each milestone were accepted. */
function Road({ report: { rows, since, until } }: { report: Report }) {
  if (rows.length === 0) return null;
  const sum = (of: (row: ReportRow) => number): number => rows.reduce((all, row) => all + of(row), 0);
  const names = destinationsOf(rows);
  const byEvent = Map.groupBy(
    rows.filter(({ event }) => event !== ''),
    ({ event }) => event,
  );
  const days = daysFrom(since, until);
  const milestones = [...byEvent].map(([event, those]) => {
    const byDay = new Map(those.map((row) => [row.day, row.accepted]));
    const counts = days.map((day) => byDay.get(day) ?? 0);
    return { event, counts, count: counts.reduce((all, one) => all + one, 0) };
  });
  return (
    <>
      <h2>From Heap to each destination</h2>
      <FlowPicture rows={rows} />
      <div class="pair">
        <section>
          <h3>In numbers</h3>
          <Bars
            label="From Heap to each destination"
            bars={[
              { name: 'seen in Heap', count: sum(({ seen }) => seen) },
              { name: 'arrived, with copies', count: sum(({ received }) => received) },
              { name: 'accepted here', count: sum(({ accepted }) => accepted) },
              ...names.map((name) => ({ name, count: sum((row) => row.destinations[name]?.accepted ?? 0) })),
            ]}
          />
        </section>
        <section>
          <h3>Milestones</h3>
          <Bars
            label="Milestones"
            bars={milestones
              .toSorted((a, b) => stepOf(a.event) - stepOf(b.event) || b.count - a.count)
              .map(({ event, count, counts }) => ({
                name: event,
                count,
                aside: <Spark label={`${event}, day by day`} values={counts} />,
              }))}
          />
        </section>
      </div>
      <h2>Day by day</h2>
    </>
  );
}

/** Nobody reads a table of ninety days; the pictures above it hold all. On a phone a day is a screen. */
const daysAtOnce = (): number => (isWide() ? 7 : 2);

function Rows({ rows }: { rows: readonly ReportRow[] }) {
  const [shownDays, setShownDays] = useState(daysAtOnce);
  if (rows.length === 0) return <p class="state">No events on these days.</p>;
  const days = [...new Set(rows.map(({ day }) => day))].toReversed().slice(0, shownDays);
  const shown = days.flatMap((day) =>
    rows.filter((row) => row.day === day).toSorted((a, b) => stepOf(a.event) - stepOf(b.event)),
  );
  return (
    <>
      <Table
        label="Report by day"
        columns={[
          'Day',
          'Event',
          ...columns.map((title) => ({ title, kind: 'number' as const })),
          'Destinations',
        ]}
      >
        {shown.map((row) => (
          <tr key={`${row.day} ${row.event}`}>
            <td class="time mark">{row.day}</td>
            <td class="lead">
              <Value of={row.event || 'not in the vocabulary'} />
            </td>
            {columns.map((name) => (
              <td class="number" key={name}>
                <Opens count={countIn(row[name])} what={name} row={row} filter={behind[name]} />
              </td>
            ))}
            <td class="all">
              {Object.entries(row.destinations).map(([destination, counts]) => (
                <div key={destination}>
                  <Value of={destination} />:{' '}
                  <Opens
                    count={counts.accepted}
                    what={`accepted by ${destination}`}
                    row={row}
                    filter={{ destination, delivery: 'accepted' }}
                  />{' '}
                  of {countOf(counts.planned)} accepted
                  {(['skipped', 'failed', 'pending'] as const).map((delivery) =>
                    countIn(counts[delivery]) === 0 ? null : (
                      <span key={delivery}>
                        ,{' '}
                        <Opens
                          count={countIn(counts[delivery])}
                          what={`${delivery} at ${destination}`}
                          row={row}
                          filter={{ destination, delivery }}
                        />{' '}
                        {delivery}
                      </span>
                    ),
                  )}
                </div>
              ))}
              {Object.keys(row.destinations).length === 0 && <span class="quiet">nothing planned</span>}
            </td>
          </tr>
        ))}
      </Table>
      {shown.length < rows.length && (
        <button type="button" onClick={() => setShownDays(shownDays + daysAtOnce())}>
          Show older days
        </button>
      )}
    </>
  );
}

/** The stored events behind a number; labels that Heap saw, and further copies of an event, are no events of their own. */
const behind: Readonly<Partial<Record<(typeof columns)[number], Partial<Filter>>>> = {
  promoted: { source: 'heap' },
  received: {},
  rejected: { status: 'rejected' },
  accepted: { status: 'accepted' },
};

const countIn = (count: number | Readonly<Record<string, number>>): number =>
  typeof count === 'number' ? count : sumOf(count);

/** A number that opens into the events behind it. */
function Opens({
  count,
  what,
  row: { day, event },
  filter,
}: {
  count: number;
  what: string;
  row: ReportRow;
  filter: Partial<Filter> | undefined;
}) {
  const lookFor = useLookFor();
  if (count === 0 || filter === undefined) return <>{countOf(count)}</>;
  return (
    <button
      type="button"
      class="link"
      aria-label={`${countOf(count)} ${what}, ${event || 'unknown events'} of ${day}`}
      onClick={() => lookFor({ ...filter, event, day })}
    >
      {countOf(count)}
    </button>
  );
}
