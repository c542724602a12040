import { useState } from 'preact/hooks';
import { Confirm } from '../confirm.tsx';
import { useLoad } from '../load.ts';
import { ProblemState } from '../problem-state.tsx';
import { problemOf, type RelayApi, type RelayProblem } from '../relay-api.ts';
import { Shown } from '../shown.tsx';
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

/** What a change of the registry would do, in the words of `tracklayer registry diff`. */
interface Diff {
  severity: string;
  changes: readonly { severity: string; source: string; source_event: string; change: string }[];
}

const withApproved = ({ entries }: Registry, place: number): Entry[] =>
  entries.map((entry, at) => (at === place ? { ...entry, status: 'approved' } : entry));

/** Entries of the registry, labels that drifted, and one click to approve a draft. */
export function RegistryPage({ api }: { api: RelayApi }) {
  const [round, setRound] = useState(0);
  const [problem, setProblem] = useState<RelayProblem>();
  const [theirs, setTheirs] = useState<Diff>();
  /** The entry whose approval was shown with what it changes. */
  const [shown, setShown] = useState<number>();
  const registry = useLoad((signal) => api.get<Registry>('/api/registry', signal), [round]);
  const drift = useLoad((signal) => api.get<Drift>('/api/drift?since=7d', signal), [round]);

  async function approve(mine: Registry, place: number): Promise<void> {
    setTheirs(undefined);
    try {
      const body = { entries: withApproved(mine, place) };
      await api.put('/api/registry', body, { 'if-match': `"${mine.version}"` });
      setProblem(undefined);
    } catch (error) {
      const refused = problemOf(error);
      setProblem(refused);
      if (refused.status === 412) setTheirs(await changesSince(mine.version));
    }
    setRound(round + 1);
  }

  /** What somebody else did since a version. */
  async function changesSince(version: number): Promise<Diff | undefined> {
    if (version === 0) return undefined;
    const { entries } = await api.get<Registry>('/api/registry');
    return api.post<Diff>(`/api/registry/diff?from=${version}`, { entries }).catch(() => undefined);
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
      {problem?.status === 412 && theirs && <Changes diff={theirs} />}
      {problem && problem.status !== 412 && <ProblemState problem={problem} />}
      {entries.length === 0 ? (
        <p class="state">No registry is in force. Put one: tracklayer registry push registry.yaml</p>
      ) : (
        <Table label="Entries" columns={['Label', 'Event', 'Status', 'Approve']}>
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
                {entry.status === 'draft' && (
                  <Confirm
                    action="Approve"
                    isReady={shown === place}
                    onAsk={() => setShown(undefined)}
                    onConfirm={() => void approve(registry.body, place)}
                  >
                    <Preview
                      api={api}
                      entries={withApproved(registry.body, place)}
                      onShown={() => setShown(place)}
                    />
                  </Confirm>
                )}
              </td>
            </tr>
          ))}
        </Table>
      )}
      <h2>Labels that drifted, last 7 days</h2>
      {drift === 'loading' && <p class="state">Loading…</p>}
      {typeof drift === 'object' && 'problem' in drift && <ProblemState problem={drift.problem} />}
      {typeof drift === 'object' && 'body' in drift && <DriftList drift={drift.body} />}
    </>
  );
}

function Preview({
  api,
  entries,
  onShown,
}: {
  api: RelayApi;
  entries: readonly Entry[];
  onShown: () => void;
}) {
  const diff = useLoad(async () => {
    const found = await api.post<Diff>('/api/registry/diff', { entries });
    onShown();
    return found;
  }, []);
  return <Shown load={diff}>{(body) => <Changes diff={body} />}</Shown>;
}

function Changes({ diff: { changes } }: { diff: Diff }) {
  if (changes.length === 0) return <p>Nothing that is promoted changes.</p>;
  return (
    <ul>
      {changes.map(({ severity, source, source_event, change }) => (
        <li key={`${source} ${source_event} ${change}`}>
          {severity}: <Value of={`${source} ${source_event}`} />: <Value of={change} />
        </li>
      ))}
    </ul>
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
