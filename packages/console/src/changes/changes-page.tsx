import { useLoad } from '../load.ts';
import { ProblemState } from '../problem-state.tsx';
import type { RelayApi } from '../relay-api.ts';
import { Table } from '../table.tsx';
import { timeOf } from '../text.ts';
import { Value } from '../value.tsx';

interface Change {
  at: string;
  key: string;
  action: string;
  subject: string;
  detail: Readonly<Record<string, string | number>>;
}

/** Who approved, paused, replayed or erased what, and when. */
export function ChangesPage({ api }: { api: RelayApi }) {
  const page = useLoad(
    (signal) => api.get<{ changes: readonly Change[] }>('/api/changes?limit=200', signal),
    [],
  );
  if (page === 'loading') return <p class="state">Loading…</p>;
  if ('problem' in page) return <ProblemState problem={page.problem} />;
  const { changes } = page.body;
  return (
    <>
      <h2>Changes</h2>
      {changes.length === 0 ? (
        <p class="state">Nobody has approved, paused, replayed or erased anything yet.</p>
      ) : (
        <Table label="Changes" columns={['When', 'Key', 'What', 'Of', 'Detail']}>
          {changes.map(({ at, key, action, subject, detail }) => (
            <tr key={`${at} ${action} ${subject}`}>
              <td>{timeOf(at)}</td>
              <td>
                <code>{key}</code>
              </td>
              <td>{action.replace('.', ' ')}</td>
              <td>
                <Value of={subject} />
              </td>
              <td>
                <Value
                  of={Object.entries(detail)
                    .map(([name, value]) => `${name} ${value}`)
                    .join(', ')}
                />
              </td>
            </tr>
          ))}
        </Table>
      )}
      <p class="state">A key is told by the first digits of its SHA-256, a person by those of the user_id.</p>
    </>
  );
}
