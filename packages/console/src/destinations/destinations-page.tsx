import { useState } from 'preact/hooks';
import type { DestinationState } from '@tracklayer/relay';
import { Confirm } from '../confirm.tsx';
import { useLoad } from '../load.ts';
import { ProblemState } from '../problem-state.tsx';
import { problemOf, type RelayApi, type RelayProblem } from '../relay-api.ts';
import { Shown } from '../shown.tsx';
import { Table } from '../table.tsx';
import { timeOf } from '../text.ts';
import { Value } from '../value.tsx';
import { Reasons } from './reasons.tsx';

const words: Readonly<Record<string, string>> = {
  ok: 'delivers',
  paused: 'paused',
  down: 'down: it is tried once a minute',
  auth_broken: 'its key is not taken',
  config: 'its settings are wrong',
  removed: 'not in the config',
};
const refreshMs = 5_000;

/** How each destination is, what did not arrive there and why, and the switches to hold it and to send again. */
export function DestinationsPage({ api }: { api: RelayApi }) {
  const [round, setRound] = useState(0);
  const [problem, setProblem] = useState<RelayProblem>();
  const list = useLoad(
    (signal) => api.get<{ destinations: readonly DestinationState[] }>('/api/destinations', signal),
    [round],
    refreshMs,
  );

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
                  'API',
                  'Hold',
                ]}
              >
                {destinations.map((one) => (
                  <Row
                    key={one.destination}
                    one={one}
                    onChange={(action) => void change(one.destination, action)}
                  />
                ))}
              </Table>
              <p class="quiet">
                Of the last 90 days. Planned = accepted + failed + skipped + pending. This page looks again
                every five seconds.
              </p>
            </>
          )}
          <Reasons api={api} destinations={destinations} />
        </>
      )}
    </Shown>
  );
}

function Row({ one, onChange }: { one: DestinationState; onChange: (action: 'pause' | 'resume') => void }) {
  const { counts } = one;
  return (
    <tr>
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
      <td class="number">{counts.accepted}</td>
      <td class="number">{counts.failed}</td>
      <td class="number">{counts.skipped}</td>
      <td class="number">
        {counts.pending}
        {one.oldest_due_at !== undefined && <div class="quiet">oldest due {timeOf(one.oldest_due_at)}</div>}
      </td>
      <td>
        {one.version}
        {one.sunset !== undefined && <span class="quiet"> until {one.sunset}</span>}
      </td>
      <td>
        {one.state === 'removed' ? null : one.state === 'paused' ? (
          <button type="button" onClick={() => onChange('resume')}>
            Resume
          </button>
        ) : (
          <Confirm action="Pause" onConfirm={() => onChange('pause')}>
            Its events wait until somebody resumes it, on all relays.
          </Confirm>
        )}
      </td>
    </tr>
  );
}
