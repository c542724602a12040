import type { AudienceAtDestination, AudienceRecord, AudienceState } from '@tracklayer/relay';
import { bodyOf, useLoad } from '../load.ts';
import type { RelayApi } from '../relay-api.ts';
import { Shown } from '../shown.tsx';
import { Spark } from '../spark.tsx';
import { Table } from '../table.tsx';
import { countOf, timeOf } from '../text.ts';
import { Value } from '../value.tsx';

/** Audiences, their size, and what each platform holds of them. */
export function AudiencesPage({ api }: { api: RelayApi }) {
  const list = useLoad(
    (signal) => api.get<{ audiences: readonly AudienceState[] }>('/api/audiences', signal),
    [],
  );
  return (
    <Shown load={list}>
      {({ audiences }) => (
        <>
          <h2>Audiences</h2>
          {audiences.length === 0 ? (
            <p class="state">
              None yet. Name one under audiences in tracklayer.config.ts, and let Heap or a file say who is in
              it.
            </p>
          ) : (
            <Table
              label="Audiences"
              columns={[
                'Audience',
                { title: 'Members', kind: 'number' },
                { title: 'By day', kind: 'wide' },
                { title: 'Newest sync', kind: 'named' },
                { title: 'Destination', kind: 'named' },
                { title: 'There', kind: 'number' },
                { title: 'Not there', kind: 'named' },
              ]}
            >
              {audiences.flatMap((one) => rowsOf(api, one))}
            </Table>
          )}
        </>
      )}
    </Shown>
  );
}

function rowsOf(api: RelayApi, one: AudienceState) {
  const places: readonly (AudienceAtDestination | undefined)[] = one.to.length > 0 ? one.to : [undefined];
  return places.map((place, at) => (
    <tr key={`${one.audience} ${place?.destination ?? ''}`}>
      {at === 0 && (
        <>
          <td rowSpan={places.length} class="lead">
            <Value of={one.audience} /> <span class="quiet">{one.from ?? one.source}</span>
          </td>
          <td rowSpan={places.length} class="number">
            {countOf(one.size)}
          </td>
          <td rowSpan={places.length} class="wide">
            {one.sync && <Course api={api} audience={one.audience} />}
          </td>
          <td rowSpan={places.length}>{one.sync ? syncText(one.sync) : 'none'}</td>
        </>
      )}
      <td>{place ? <Value of={place.destination} /> : 'none'}</td>
      <td class="number">
        {place && countOf(place.there)}
        {place?.smallest !== undefined && place.there < place.smallest && (
          <div class="quiet">reaches nobody below {place.smallest}</div>
        )}
      </td>
      <td>{place && leftOutText(place)}</td>
    </tr>
  ));
}

/** Members at the end of each day on which they changed. */
function Course({ api, audience }: { api: RelayApi; audience: string }) {
  const load = useLoad(
    (signal) => api.get<AudienceRecord>(`/api/audiences/${encodeURIComponent(audience)}`, signal),
    [],
  );
  const sizes = bodyOf(load)?.sizes ?? [];
  if (sizes.length < 2) return <span class="quiet">since today</span>;
  return <Spark label={`Members of ${audience}, day by day`} values={sizes.map(({ size }) => size)} />;
}

const syncText = ({ state, pages, total_pages, at }: NonNullable<AudienceState['sync']>): string =>
  state === 'done' ? timeOf(at) : `${state}: ${pages} of ${total_pages} pages`;

function leftOutText({ pending, waits, left_out }: AudienceAtDestination): string {
  const wordsOf = (counts: Readonly<Record<string, number>>): string[] =>
    Object.entries(counts).map(([reason, count]) => `${count} ${reason}`);
  const why = wordsOf(waits).join(', ');
  return (
    [...(pending > 0 ? [`${pending} pending${why && `: ${why}`}`] : []), ...wordsOf(left_out)].join(', ') ||
    '–'
  );
}
