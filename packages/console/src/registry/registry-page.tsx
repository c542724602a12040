import type { Drift, RegistryDiff, RegistryVersion } from '@tracklayer/relay';
import { useState } from 'preact/hooks';
import { MayNot } from '../access.tsx';
import { Confirm } from '../confirm.tsx';
import { useLoad } from '../load.ts';
import { ProblemState } from '../problem-state.tsx';
import { problemOf, type RelayApi, type RelayProblem } from '../relay-api.ts';
import { Shown } from '../shown.tsx';
import { Status } from '../status.tsx';
import { Table } from '../table.tsx';
import { counted } from '../text.ts';
import { Value } from '../value.tsx';

type Entries = RegistryVersion['entries'];

const withApproved = ({ entries }: RegistryVersion, place: number): Entries =>
  entries.map((entry, at) => (at === place ? { ...entry, status: 'approved' } : entry));

/** Entries of the registry, labels that drifted, and one click to approve a draft. */
export function RegistryPage({ api }: { api: RelayApi }) {
  const [round, setRound] = useState(0);
  const [problem, setProblem] = useState<RelayProblem>();
  const [theirs, setTheirs] = useState<RegistryDiff>();
  /** The entry whose approval was shown with what it changes. */
  const [shown, setShown] = useState<number>();
  const registry = useLoad((signal) => api.get<RegistryVersion>('/api/registry', signal), [round]);
  const drift = useLoad((signal) => api.get<Drift>('/api/drift?since=7d', signal), [round]);

  async function approve(mine: RegistryVersion, place: number): Promise<void> {
    setTheirs(undefined);
    try {
      const body = { entries: withApproved(mine, place) };
      await api.put('/api/registry', body, { 'if-match': `"${mine.version}"` });
      setProblem(undefined);
    } catch (error) {
      const refused = problemOf(error);
      if (refused.status === 412) setTheirs(await changesSince(mine.version));
      // Together with the next round: an approval that begins on the old version would vanish when theirs is there.
      setProblem(refused);
    }
    setRound(round + 1);
  }

  /** What somebody else did since a version. */
  async function changesSince(version: number): Promise<RegistryDiff | undefined> {
    if (version === 0) return undefined;
    const { entries } = await api.get<RegistryVersion>('/api/registry');
    return api.post<RegistryDiff>(`/api/registry/diff?from=${version}`, { entries }).catch(() => undefined);
  }

  return (
    <>
      <Shown load={registry}>
        {(inForce) => (
          <>
            <h2>Registry, version {inForce.version}</h2>
            <MayNot scope="registry:write" action="approve drafts" />
            {problem?.status === 412 && (
              <p class="state" role="alert">
                Somebody else changed the registry meanwhile. This is their version: check it, and approve
                again.
              </p>
            )}
            {problem?.status === 412 && theirs && <Changes diff={theirs} />}
            {problem && problem.status !== 412 && <ProblemState problem={problem} />}
            {inForce.entries.length === 0 ? (
              <p class="state">No registry is in force. Put one: tracklayer registry push registry.yaml</p>
            ) : (
              <Table label="Entries" columns={['Label', 'Event', 'Status', 'Approve']}>
                {inForce.entries.map((entry, place) => (
                  <tr key={`${entry.source} ${entry.source_event}`}>
                    <td class="lead">
                      <Value of={`${entry.source} ${entry.source_event}`} />
                    </td>
                    <td>
                      <Value of={entry.canonical_event} />
                    </td>
                    <td class="mark">
                      <Status of={entry.status ?? 'draft'} />
                    </td>
                    <td class="act">
                      {entry.status === 'draft' && (
                        <Confirm
                          scope="registry:write"
                          action="Approve"
                          isReady={shown === place}
                          onAsk={() => setShown(undefined)}
                          onConfirm={() => void approve(inForce, place)}
                        >
                          <Preview
                            api={api}
                            entries={withApproved(inForce, place)}
                            onShown={() => setShown(place)}
                          />
                        </Confirm>
                      )}
                    </td>
                  </tr>
                ))}
              </Table>
            )}
          </>
        )}
      </Shown>
      <h2>What drifted, last 7 days</h2>
      <Shown load={drift}>{(body) => <DriftList drift={body} />}</Shown>
    </>
  );
}

function Preview({ api, entries, onShown }: { api: RelayApi; entries: Entries; onShown: () => void }) {
  const diff = useLoad(async () => {
    const found = await api.post<RegistryDiff>('/api/registry/diff', { entries });
    onShown();
    return found;
  }, []);
  return <Shown load={diff}>{(body) => <Changes diff={body} />}</Shown>;
}

function Changes({ diff: { changes } }: { diff: RegistryDiff }) {
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

function DriftList({ drift: { near_misses, silent, events } }: { drift: Drift }) {
  const fields = events.flatMap(({ event, source, added, vanished, type_changed }) => {
    const of = `${event} from ${source || 'no source'}`;
    return [
      ...added.map(
        ({ path, types, since }) => `${of}: ${path} (${types.join(' or ')}) is new since ${since}`,
      ),
      ...vanished.map(({ path, last_seen }) => `${of}: ${path} is gone; it was last seen on ${last_seen}`),
      ...type_changed.map(
        ({ path, from, to, since }) =>
          `${of}: ${path} was ${Object.keys(from).join(' or ')}, and is ${Object.keys(to).join(' or ')} since ${since}`,
      ),
    ];
  });
  if (near_misses.length + silent.length + fields.length === 0)
    return <p class="state">No label or property has drifted.</p>;
  return (
    <ul>
      {near_misses.map(({ source, source_event, expected, count }) => (
        <li key={`near ${source} ${source_event}`}>
          <Value of={source_event} /> was seen {counted(count, 'time')}; the registry names{' '}
          <Value of={expected} />
        </li>
      ))}
      {silent.map(({ source, source_event, last_seen }) => (
        <li key={`silent ${source} ${source_event}`}>
          <Value of={source_event} /> is silent; it was last seen on {last_seen}
        </li>
      ))}
      {fields.map((text) => (
        <li key={text}>
          <Value of={text} />
        </li>
      ))}
    </ul>
  );
}
