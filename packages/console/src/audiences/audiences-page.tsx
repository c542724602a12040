import { useLoad } from '../load.ts';
import { ProblemState } from '../problem-state.tsx';
import type { RelayApi } from '../relay-api.ts';
import { Table } from '../table.tsx';
import { timeOf } from '../text.ts';
import { Value } from '../value.tsx';

interface Audience {
  audience: string;
  size: number;
  from?: string;
  source?: string;
  sync?: { state: string; pages: number; total_pages: number; at: string };
  to: readonly AtDestination[];
}
interface AtDestination {
  destination: string;
  there: number;
  pending: number;
  left_out: Readonly<Record<string, number>>;
  smallest?: number;
}

/** Audiences, their size, and what each platform holds of them. */
export function AudiencesPage({ api }: { api: RelayApi }) {
  const list = useLoad((signal) => api.get<{ audiences: readonly Audience[] }>('/api/audiences', signal), []);
  if (list === 'loading') return <p class="state">Loading…</p>;
  if ('problem' in list) return <ProblemState problem={list.problem} />;
  const { audiences } = list.body;
  return (
    <>
      <h2>Audiences</h2>
      {audiences.length === 0 ? (
        <p class="state">
          None yet. Name one under audiences in tracklayer.config.ts, and let Heap or a file say who is in it.
        </p>
      ) : (
        <Table
          label="Audiences"
          columns={['Audience', 'Members', 'Newest sync', 'Destination', 'There', 'Not there']}
        >
          {audiences.flatMap(rowsOf)}
        </Table>
      )}
    </>
  );
}

function rowsOf(one: Audience) {
  const places: readonly (AtDestination | undefined)[] = one.to.length > 0 ? one.to : [undefined];
  return places.map((place, at) => (
    <tr key={`${one.audience} ${place?.destination ?? ''}`}>
      {at === 0 && (
        <>
          <td rowSpan={places.length}>
            <Value of={one.audience} /> <span class="quiet">{one.from ?? one.source}</span>
          </td>
          <td rowSpan={places.length}>{one.size}</td>
          <td rowSpan={places.length}>{one.sync ? syncText(one.sync) : 'none'}</td>
        </>
      )}
      <td>{place ? <Value of={place.destination} /> : 'none'}</td>
      <td>
        {place?.there}
        {place?.smallest !== undefined && place.there < place.smallest && (
          <span class="quiet"> reaches nobody below {place.smallest}</span>
        )}
      </td>
      <td>{place && leftOutText(place)}</td>
    </tr>
  ));
}

const syncText = ({ state, pages, total_pages, at }: NonNullable<Audience['sync']>): string =>
  state === 'done' ? timeOf(at) : `${state}: ${pages} of ${total_pages} pages`;

function leftOutText({ pending, left_out }: AtDestination): string {
  const reasons = Object.entries(left_out).map(([reason, count]) => `${count} ${reason}`);
  return [...(pending > 0 ? [`${pending} pending`] : []), ...reasons].join(', ') || '–';
}
