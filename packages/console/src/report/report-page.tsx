import type { Report, ReportRow } from '@tracklayer/relay';
import { useState } from 'preact/hooks';
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
      {typeof load === 'object' && 'body' in load && <Rows rows={load.body.rows} />}
    </>
  );
}

const sumOf = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

function Rows({ rows }: { rows: readonly ReportRow[] }) {
  if (rows.length === 0) return <p class="state">Nothing came in these days.</p>;
  return (
    <Table label="Report by day">
      <thead>
        <tr>
          <th scope="col">Day</th>
          <th scope="col">Event</th>
          {columns.map((name) => (
            <th scope="col" class="number" key={name}>
              {name}
            </th>
          ))}
          <th scope="col">Destinations</th>
        </tr>
      </thead>
      <tbody>
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
                  <Value of={name} />: {counts.accepted} of {counts.planned} accepted, {sumOf(counts.skipped)}{' '}
                  skipped, {sumOf(counts.failed)} failed, {counts.pending} pending
                </div>
              ))}
              {Object.keys(row.destinations).length === 0 && <span class="quiet">none set up</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
