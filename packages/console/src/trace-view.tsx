import type { Trace } from '@tracklayer/relay/verify';
import { useLoad } from './load.ts';
import { ProblemState } from './problem-state.tsx';
import type { RelayApi } from './relay-api.ts';
import { timeOf } from './text.ts';
import { Value } from './value.tsx';

/** One event, hop by hop, as the relay traces it (docs/wire.md W-39). */
export function TraceView({
  api,
  event_id,
  onClose,
}: {
  api: RelayApi;
  event_id: string;
  onClose: () => void;
}) {
  const path = `/api/events/${encodeURIComponent(event_id)}/trace`;
  const load = useLoad((signal) => api.get<Trace>(path, signal), [event_id]);
  return (
    <section aria-label="Trace">
      <h2>
        <Value of={event_id} />
      </h2>
      <button type="button" onClick={onClose}>
        Back to the list
      </button>
      {load === 'loading' && <p class="state">Loading…</p>}
      {typeof load === 'object' && 'problem' in load && <ProblemState problem={load.problem} />}
      {typeof load === 'object' && 'body' in load && (
        <ol class="hops">
          {load.body.hops.map(({ hop, destination, verdict, at, detail, advice }) => (
            <li key={`${hop} ${destination ?? ''}`}>
              <p>
                <strong>{destination ?? hop}</strong> <span class={verdict}>{verdict}</span>{' '}
                <span class="quiet">{at === null ? '' : timeOf(at)}</span>
              </p>
              <p>
                <Value of={detail} />
              </p>
              {advice !== undefined && (
                <p class="quiet">
                  <Value of={advice} />
                </p>
              )}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
