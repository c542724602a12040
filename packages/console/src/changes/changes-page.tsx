import type { ChangePage } from '@tracklayer/relay';
import { useLoad } from '../load.ts';
import type { RelayApi } from '../relay-api.ts';
import { Shown } from '../shown.tsx';
import { Table } from '../table.tsx';
import { timeOf } from '../text.ts';
import { Value } from '../value.tsx';

/** Who approved, paused, replayed or erased what, and when. */
export function ChangesPage({ api }: { api: RelayApi }) {
  const page = useLoad((signal) => api.get<ChangePage>('/api/changes?limit=200', signal), []);
  return (
    <Shown load={page}>
      {({ changes, next_cursor }) => (
        <>
          <h2>Changes</h2>
          {changes.length === 0 ? (
            <p class="state">Nobody has approved, paused, replayed or erased anything yet.</p>
          ) : (
            <Table label="Changes" columns={['When', 'Key', 'What', 'Of', 'Detail']}>
              {changes.map(({ at, key, action, subject, detail }) => (
                <tr key={`${at} ${action} ${subject}`}>
                  <td class="time">{timeOf(at)}</td>
                  <td>
                    <code>{key}</code>
                  </td>
                  <td class="lead">{action.replace('.', ' ')}</td>
                  <td class="mark">
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
          {next_cursor !== null && (
            <p class="state">These are the newest {changes.length}. tracklayer changes prints all.</p>
          )}
          <p class="quiet">
            A key is shown by the first digits of its SHA-256, a person by those of the user_id.
          </p>
        </>
      )}
    </Shown>
  );
}
