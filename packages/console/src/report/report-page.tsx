import type { Report, ReportRow } from '@tracklayer/relay';
import { useState } from 'preact/hooks';
import { Bars } from '../bars.tsx';
import { useLoad } from '../load.ts';
import { ProblemState } from '../problem-state.tsx';
import type { RelayApi } from '../relay-api.ts';
import { Table } from '../table.tsx';
import { Value } from '../value.tsx';

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
      {load === 'loading' && <p class="state">Loading…</p>}
      {typeof load === 'object' && 'problem' in load && <ProblemState problem={load.problem} />}
      {typeof load === 'object' && 'body' in load && (
        <>
          <Road rows={load.body.rows} />
          <Rows rows={load.body.rows} />
        </>
      )}
    </>
  );
}

const sumOf = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

const funnel = ['add_to_cart', 'sign_up', 'begin_checkout', 'add_payment_info', 'purchase', 'qualify_lead'];

/** Milestones in the order in which people reach them; others after these. */
const stepOf = (event: string): number => {
  const step = funnel.indexOf(event);
  return step < 0 ? funnel.length : step;
};

/** `2 of 3 accepted, 1 skipped`: what is zero is not said. */
function statusText(counts: ReportRow['destinations'][string]): string {
  const others = [
    [sumOf(counts.skipped), 'skipped'],
    [sumOf(counts.failed), 'failed'],
    [counts.pending, 'pending'],
  ] as const;
  const said = others.flatMap(([count, word]) => (count > 0 ? [`${count} ${word}`] : []));
  return [`${counts.accepted} of ${counts.planned} accepted`, ...said].join(', ');
}

/** The road of all events of these days, and how many of each milestone were accepted. */
function Road({ rows }: { rows: readonly ReportRow[] }) {
  if (rows.length === 0) return null;
  const sum = (of: (row: ReportRow) => number): number => rows.reduce((all, row) => all + of(row), 0);
  const names = [...new Set(rows.flatMap((row) => Object.keys(row.destinations)))].toSorted();
  const events = [...new Set(rows.map(({ event }) => event))].filter((event) => event !== '');
  const acceptedOf = (event: string): number => sum((row) => (row.event === event ? row.accepted : 0));
  return (
    <div class="pair">
      <section>
        <h2>From Heap to each destination</h2>
        <Bars
          label="From Heap to each destination"
          counts={[
            ['seen in Heap', sum(({ seen }) => seen)],
            ['arrived, with copies', sum(({ received }) => received)],
            ['accepted here', sum(({ accepted }) => accepted)],
            ...names.map((name) => [name, sum((row) => row.destinations[name]?.accepted ?? 0)] as const),
          ]}
        />
      </section>
      <section>
        <h2>Milestones</h2>
        <Bars
          label="Milestones"
          counts={events
            .toSorted((a, b) => stepOf(a) - stepOf(b) || acceptedOf(b) - acceptedOf(a))
            .map((event) => [event, acceptedOf(event)] as const)}
        />
      </section>
    </div>
  );
}

function Rows({ rows }: { rows: readonly ReportRow[] }) {
  if (rows.length === 0) return <p class="state">Nothing came in these days.</p>;
  return (
    <Table
      label="Report by day"
      columns={[
        'Day',
        'Event',
        ...columns.map((title) => ({ title, kind: 'number' as const })),
        'Destinations',
      ]}
    >
      {rows.toReversed().map((row) => (
        <tr key={`${row.day} ${row.event}`}>
          <td>{row.day}</td>
          <td>
            <Value of={row.event || 'not in the vocabulary'} />
          </td>
          {columns.map((name) => {
            const count = row[name];
            return (
              <td class="number" key={name}>
                {typeof count === 'number' ? count : sumOf(count)}
              </td>
            );
          })}
          <td>
            {Object.entries(row.destinations).map(([name, counts]) => (
              <div key={name}>
                <Value of={name} />: {statusText(counts)}
              </div>
            ))}
            {Object.keys(row.destinations).length === 0 && <span class="quiet">nothing planned</span>}
          </td>
        </tr>
      ))}
    </Table>
  );
}
