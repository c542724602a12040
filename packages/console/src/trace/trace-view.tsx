import type { Hop, Trace } from '@tracklayer/relay/verify';
import { useEffect, useRef } from 'preact/hooks';
import { Facts } from '../facts.tsx';
import { useLoad } from '../load.ts';
import type { RelayApi } from '../relay-api.ts';
import { Shown } from '../shown.tsx';
import { Status } from '../status.tsx';
import { timeOf } from '../text.ts';
import { Value } from '../value.tsx';

const titles: Readonly<Record<Hop['hop'], string>> = {
  heap: 'Seen in Heap',
  registry: 'Registry',
  copies: 'At the relay',
  person: 'Person',
  consent: 'Consent',
  destination: 'Destinations',
};
const refreshMs = 5_000;

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
  const load = useLoad(
    (signal) => api.post<Trace>('/api/events/trace', { event_id }, signal),
    [event_id],
    refreshMs,
  );
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section aria-label="Trace">
      <button type="button" onClick={onClose}>
        Back to the list
      </button>
      <h2 ref={heading} tabIndex={-1}>
        <Value of={event_id} />
      </h2>
      <Shown load={load}>
        {({ event, hops }) => (
          <>
            <p class="quiet">
              <Value of={event} />, step by step. Refreshed every five seconds.
            </p>
            <ol class="hops">
              {hops.map((hop) => (
                <HopItem key={`${hop.hop} ${hop.destination ?? ''}`} hop={hop} />
              ))}
            </ol>
          </>
        )}
      </Shown>
    </section>
  );
}

function HopItem({ hop: { hop, destination, verdict, at, detail, advice, value } }: { hop: Hop }) {
  const hasValues = Object.values(value).some((one) => one !== undefined && one !== null);
  return (
    <li class={verdict}>
      <p>
        <strong>{destination === undefined ? titles[hop] : <Value of={destination} />}</strong>{' '}
        <Status of={verdict} /> {at !== null && <span class="quiet">{timeOf(at)}</span>}
      </p>
      <p>
        <Value of={detail} />
      </p>
      {advice !== undefined && (
        <p class="quiet">
          → <Value of={advice} />
        </p>
      )}
      {hasValues && (
        <details>
          <summary>Values</summary>
          <Facts of={value} />
        </details>
      )}
    </li>
  );
}
