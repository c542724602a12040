import { useState } from 'preact/hooks';
import { useLoad } from '../load.ts';
import { ProblemState } from '../problem-state.tsx';
import { RelayProblem, type RelayApi } from '../relay-api.ts';
import { Table } from '../table.tsx';
import { timeOf } from '../text.ts';
import { Value } from '../value.tsx';

interface Destination {
  destination: string;
  title: string;
  state: string;
  version: string;
  sunset?: string;
  detail?: string;
  waits_until?: string;
  in_flight: number;
}
interface Failed {
  event_id: string;
  destination: string;
  reason?: string;
  at: string;
}

const words: Readonly<Record<string, string>> = {
  ok: 'delivers',
  paused: 'paused',
  down: 'down: it is tried once a minute',
  auth_broken: 'its key is not taken',
  config: 'its settings are wrong',
};

/** How each destination is, what failed there last, and the switch to hold it. */
export function DestinationsPage({ api }: { api: RelayApi }) {
  const [round, setRound] = useState(0);
  const [pausing, setPausing] = useState<string>();
  const [problem, setProblem] = useState<RelayProblem>();
  const list = useLoad(
    (signal) => api.get<{ destinations: readonly Destination[] }>('/api/destinations', signal),
    [round],
  );
  const failed = useLoad(
    (signal) => api.get<{ deliveries: readonly Failed[] }>('/api/deliveries?status=failed&limit=20', signal),
    [round],
  );

  async function change(name: string, action: 'pause' | 'resume'): Promise<void> {
    setPausing(undefined);
    try {
      await api.post(`/api/destinations/${encodeURIComponent(name)}/${action}`);
      setProblem(undefined);
    } catch (error) {
      setProblem(error instanceof RelayProblem ? error : new RelayProblem(0, String(error)));
    }
    setRound(round + 1);
  }

  if (list === 'loading') return <p class="state">Loading…</p>;
  if ('problem' in list) return <ProblemState problem={list.problem} />;
  const { destinations } = list.body;
  return (
    <>
      <h2>Destinations</h2>
      {problem && <ProblemState problem={problem} />}
      {destinations.length === 0 ? (
        <p class="state">
          Events stay here: this relay has no destinations. Name one under destinations in
          tracklayer.config.ts.
        </p>
      ) : (
        <Table label="Destinations">
          <thead>
            <tr>
              <th scope="col">Destination</th>
              <th scope="col">State</th>
              <th scope="col">Under way</th>
              <th scope="col">API</th>
              <th scope="col">Hold</th>
            </tr>
          </thead>
          <tbody>
            {destinations.map((one) => (
              <tr key={one.destination}>
                <td>
                  <Value of={one.destination} /> <span class="quiet">{one.title}</span>
                </td>
                <td class={one.state === 'ok' ? 'approved' : 'draft'}>
                  {words[one.state] ?? one.state}
                  {one.detail !== undefined && (
                    <>
                      : <Value of={one.detail} />
                    </>
                  )}
                  {one.waits_until !== undefined && ` (waits until ${timeOf(one.waits_until)})`}
                </td>
                <td>{one.in_flight}</td>
                <td>
                  {one.version}
                  {one.sunset !== undefined && <span class="quiet"> until {one.sunset}</span>}
                </td>
                <td>
                  {one.state === 'paused' ? (
                    <button type="button" onClick={() => void change(one.destination, 'resume')}>
                      Resume
                    </button>
                  ) : pausing === one.destination ? (
                    <>
                      <p>Its events wait until somebody resumes it, on all relays.</p>
                      <button type="button" onClick={() => void change(one.destination, 'pause')}>
                        Pause
                      </button>{' '}
                      <button type="button" onClick={() => setPausing(undefined)}>
                        Leave it
                      </button>
                    </>
                  ) : (
                    <button type="button" onClick={() => setPausing(one.destination)}>
                      Pause…
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
      <h2>Failed deliveries</h2>
      {failed === 'loading' && <p class="state">Loading…</p>}
      {typeof failed === 'object' && 'problem' in failed && <ProblemState problem={failed.problem} />}
      {typeof failed === 'object' && 'body' in failed && <FailedList failed={failed.body.deliveries} />}
    </>
  );
}

function FailedList({ failed }: { failed: readonly Failed[] }) {
  if (failed.length === 0) return <p class="state">None.</p>;
  return (
    <>
      <ul>
        {failed.map(({ event_id, destination, reason, at }) => (
          <li key={`${event_id} ${destination}`}>
            <Value of={event_id} /> to <Value of={destination} />, {timeOf(at)}: <Value of={reason ?? ''} />
          </li>
        ))}
      </ul>
      <p class="state">
        Mend the cause, then send them again: tracklayer deliveries replay --destination … --since 7d
      </p>
    </>
  );
}
