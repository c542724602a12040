import { useState } from 'preact/hooks';
import { useLoad } from '../load.ts';
import { ProblemState } from '../problem-state.tsx';
import { RelayProblem, type RelayApi } from '../relay-api.ts';
import { Table } from '../table.tsx';
import { Value } from '../value.tsx';

interface Entry {
  source: string;
  source_event: string;
  canonical_event: string;
  status: string;
}
interface Registry {
  version: number;
  entries: readonly Entry[];
}
interface Drift {
  near_misses: readonly { source: string; source_event: string; expected: string; count: number }[];
  silent: readonly { source: string; source_event: string; last_seen: string }[];
}

/** Entries of the registry, labels that drifted, and one click to approve a draft. */
export function RegistryPage({ api }: { api: RelayApi }) {
  const [round, setRound] = useState(0);
  const [approving, setApproving] = useState<number>();
  const [problem, setProblem] = useState<RelayProblem>();
  const registry = useLoad((signal) => api.get<Registry>('/api/registry', signal), [round]);
  const drift = useLoad((signal) => api.get<Drift>('/api/drift?since=7d', signal), [round]);

  async function approve({ version, entries }: Registry, place: number): Promise<void> {
    const changed = entries.map((entry, at) => (at === place ? { ...entry, status: 'approved' } : entry));
    setApproving(undefined);
    try {
      await api.put('/api/registry', { entries: changed }, { 'if-match': `"${version}"` });
      setProblem(undefined);
    } catch (error) {
      setProblem(error instanceof RelayProblem ? error : new RelayProblem(0, String(error)));
    }
    setRound(round + 1);
  }

  if (registry === 'loading') return <p class="state">Loading…</p>;
  if ('problem' in registry) return <ProblemState problem={registry.problem} />;
  const { version, entries } = registry.body;
  return (
    <>
      <h2>Registry, version {version}</h2>
      {problem?.status === 412 && (
        <p class="state" role="alert">
          Somebody else changed the registry meanwhile. This is their version: look again, and approve again.
        </p>
      )}
      {problem && problem.status !== 412 && <ProblemState problem={problem} />}
      {entries.length === 0 ? (
        <p class="state">No registry is in force. Put one: tracklayer registry push registry.yaml</p>
      ) : (
        <Table label="Entries">
          <thead>
            <tr>
              <th scope="col">Label</th>
              <th scope="col">Event</th>
              <th scope="col">Status</th>
              <th scope="col">Approve</th>
            </tr>
          </thead>
          <tbody>
            {entries.map((entry, place) => (
              <tr key={`${entry.source} ${entry.source_event}`}>
                <td>
                  <Value of={`${entry.source} ${entry.source_event}`} />
                </td>
                <td>
                  <Value of={entry.canonical_event} />
                </td>
                <td class={entry.status === 'approved' || entry.status === 'draft' ? entry.status : ''}>
                  <Value of={entry.status} />
                </td>
                <td>
                  {entry.status === 'draft' && approving !== place && (
                    <button type="button" onClick={() => setApproving(place)}>
                      Approve…
                    </button>
                  )}
                  {approving === place && (
                    <>
                      <p>
                        careful: from now on each <Value of={entry.source_event} /> becomes a{' '}
                        <Value of={entry.canonical_event} />, and goes where that goes.
                      </p>
                      <button type="button" onClick={() => void approve(registry.body, place)}>
                        Approve
                      </button>{' '}
                      <button type="button" onClick={() => setApproving(undefined)}>
                        Leave it
                      </button>
                    </>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
      <h2>Labels that drifted, last 7 days</h2>
      {drift === 'loading' && <p class="state">Loading…</p>}
      {typeof drift === 'object' && 'problem' in drift && <ProblemState problem={drift.problem} />}
      {typeof drift === 'object' && 'body' in drift && <DriftList drift={drift.body} />}
    </>
  );
}

function DriftList({ drift: { near_misses, silent } }: { drift: Drift }) {
  if (near_misses.length + silent.length === 0) return <p class="state">None.</p>;
  return (
    <ul>
      {near_misses.map(({ source, source_event, expected, count }) => (
        <li key={`near ${source} ${source_event}`}>
          <Value of={source_event} /> came {count} times, and the registry names <Value of={expected} />
        </li>
      ))}
      {silent.map(({ source, source_event, last_seen }) => (
        <li key={`silent ${source} ${source_event}`}>
          <Value of={source_event} /> is silent; it was last seen on {last_seen}
        </li>
      ))}
    </ul>
  );
}
