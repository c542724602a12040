import type { DestinationState, Report } from '@tracklayer/relay';
import { useMemo, useRef, useState } from 'preact/hooks';
import { MayNot } from '../access.tsx';
import { Act, Confirm } from '../confirm.tsx';
import { bodyOf, useLoad } from '../load.ts';
import { ProblemState } from '../problem-state.tsx';
import { problemOf, type RelayApi, type RelayProblem } from '../relay-api.ts';
import { Shown } from '../shown.tsx';
import { daysFrom, Spark } from '../spark.tsx';
import { Table } from '../table.tsx';
import { countOf, timeOf } from '../text.ts';
import { Value } from '../value.tsx';
import { addSample, rateOf, type Sample } from './rates.ts';
import { Reasons } from './reasons.tsx';

const words: Readonly<Record<string, string>> = {
  ok: 'delivers',
  paused: 'paused',
  down: 'down: retried once a minute',
  auth_broken: 'its token is rejected',
  config: 'its settings are wrong',
  removed: 'no longer in the config',
};
const signs: Readonly<Record<string, string>> = { ok: 'good', paused: 'open', removed: 'open' };
const refreshMs = 5_000;
const reportMs = 30_000;

/** How each destination is, what did not arrive there and why, and the switches to hold it and to send again. */
export function DestinationsPage({ api }: { api: RelayApi }) {
  const [round, setRound] = useState(0);
  const [problem, setProblem] = useState<RelayProblem>();
  const list = useLoad(
    (signal) => api.get<{ destinations: readonly DestinationState[] }>('/api/destinations', signal),
    [round],
    refreshMs,
  );
  const report = useLoad((signal) => api.get<Report>('/api/report?since=30d', signal), [round], reportMs);

  const known = bodyOf(list)?.destinations;
  const samples = useRef<Sample[]>([]);
  useMemo(() => {
    if (known) samples.current = addSample(samples.current, known, Date.now());
  }, [known]);

  async function change(name: string, action: 'pause' | 'resume'): Promise<void> {
    try {
      await api.post(`/api/destinations/${encodeURIComponent(name)}/${action}`);
      setProblem(undefined);
    } catch (error) {
      setProblem(problemOf(error));
    }
    setRound(round + 1);
  }

  return (
    <Shown load={list}>
      {({ destinations }) => (
        <>
          <h2>Destinations</h2>
          {problem && <ProblemState problem={problem} />}
          <MayNot scope="destinations:write" action="pause, resume or send again" />
          {destinations.length === 0 ? (
            <p class="state">
              Events stay here: this relay has no destinations. Name one under destinations in
              tracklayer.config.ts.
            </p>
          ) : (
            <>
              <Table
                label="Destinations"
                columns={[
                  'Destination',
                  'State',
                  { title: 'Accepted', kind: 'number' },
                  { title: 'Failed', kind: 'number' },
                  { title: 'Skipped', kind: 'number' },
                  { title: 'Pending', kind: 'number' },
                  { title: '30 days', kind: 'wide' },
                  { title: 'API', kind: 'wide' },
                  'Hold',
                ]}
              >
                {destinations.map((one) => (
                  <Row
                    key={one.destination}
                    one={one}
                    rate={rateOf(samples.current, one.destination)}
                    report={bodyOf(report)}
                    onChange={(action) => void change(one.destination, action)}
                  />
                ))}
              </Table>
              <p class="quiet">
                Of the last 90 days. Planned = accepted + failed + skipped + pending. Refreshed every five
                seconds.
              </p>
            </>
          )}
          <h2>What did not arrive, last 30 days</h2>
          <Shown load={report}>
            {(body) => (
              <Reasons
                api={api}
                report={body}
                destinations={destinations}
                onSent={() => setRound((before) => before + 1)}
              />
            )}
          </Shown>
        </>
      )}
    </Shown>
  );
}

function Row({
  one,
  rate,
  report,
  onChange,
}: {
  one: DestinationState;
  /** Accepted per minute, lately. */
  rate: number | undefined;
  report: Report | undefined;
  onChange: (action: 'pause' | 'resume') => void;
}) {
  const { counts } = one;
  return (
    <tr>
      <td class="lead">
        <Value of={one.destination} /> <div class="quiet">{one.title}</div>
      </td>
      <td class="all">
        <span class={`status ${signs[one.state] ?? 'bad'}`}>{words[one.state] ?? one.state}</span>
        {one.detail !== undefined && (
          <div class="quiet">
            <Value of={one.detail} />
          </div>
        )}
        {one.oldest_due_at !== undefined && (
          <div class="quiet">oldest pending was due {timeOf(one.oldest_due_at)}</div>
        )}
        {one.waits_until !== undefined && <div class="quiet">waits until {timeOf(one.waits_until)}</div>}
      </td>
      <td class="number">
        {countOf(counts.accepted)}
        {rate !== undefined && <div class="quiet">{countOf(Math.round(rate))}/min</div>}
      </td>
      <td class="number">{countOf(counts.failed)}</td>
      <td class="number">{countOf(counts.skipped)}</td>
      <td class="number">{countOf(counts.pending)}</td>
      <td class="wide">
        {report && (
          <Spark label={`Accepted by ${one.destination}, day by day`} values={acceptedByDay(report, one)} />
        )}
      </td>
      <td class="wide">
        {one.version}
        {one.sunset !== undefined && <span class="quiet"> until {one.sunset}</span>}
      </td>
      <td class="mark">
        {one.state === 'removed' ? null : one.state === 'paused' ? (
          <Act scope="destinations:write" onClick={() => onChange('resume')}>
            Resume
          </Act>
        ) : (
          <Confirm scope="destinations:write" action="Pause" onConfirm={() => onChange('pause')}>
            Its events wait until somebody resumes it, on all relays.
          </Confirm>
        )}
      </td>
    </tr>
  );
}

const acceptedByDay = ({ since, until, rows }: Report, { destination }: DestinationState): number[] =>
  daysFrom(since, until).map((day) =>
    rows.reduce(
      (sum, row) => sum + (row.day === day ? (row.destinations[destination]?.accepted ?? 0) : 0),
      0,
    ),
  );
