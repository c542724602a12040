// The page of `npm run demo -- --open`: the shop, and beside it what Heap saw, what was promoted and what arrived.
import type { TracedCall } from '@tracklayer/browser/trace';
import type { DestinationState, FeedItem } from '@tracklayer/relay';
import { render } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import { explain } from '../../../packages/browser/src/heap/trace/traced-call.ts';
import { useFeed } from '../../../packages/console/src/live/use-feed.ts';
import { bodyOf, useLoad } from '../../../packages/console/src/load.ts';
import { createRelayApi, type RelayApi } from '../../../packages/console/src/relay-api.ts';
import { Status } from '../../../packages/console/src/status.tsx';
import { TraceView } from '../../../packages/console/src/trace/trace-view.tsx';
import { Value } from '../../../packages/console/src/value.tsx';
import { useShopNews, type ShopNews } from './shop-news.ts';

// The visitor comes by an ad of each platform, and Google's tag was here before: what is matched by a click is shown, too.
const fromAds =
  '/?gclid=demo_g&fbclid=demo_f&li_fat_id=demo_l&ttclid=demo_t&utm_source=google&utm_medium=cpc';
document.cookie = '_ga=GA1.1.1186733721.1764151200; Path=/; SameSite=Lax';

function Playground() {
  // The shop's server adds the relay's key to what this page asks.
  const api = useMemo(() => createRelayApi('of-the-server'), []);
  const { heap, calls } = useShopNews();
  const { items } = useFeed(api);
  // The shopper of `npm run demo` was here before.
  const since = useRef(Date.now()).current;
  const arrived = items.filter(({ received_at }) => new Date(received_at).getTime() >= since);
  return (
    <>
      <header>
        <h1>TrackLayer playground</h1>
        <p>Click a few options of the lamp, add it to the cart, sign up, pay, and reload the last page.</p>
      </header>
      <main>
        <iframe title="The shop" src={fromAds} />
        <HeapSaw heap={heap} />
        <Decided calls={calls} arrived={arrived} />
        <Arrived api={api} arrived={arrived} />
      </main>
    </>
  );
}

function HeapSaw({ heap }: Pick<ShopNews, 'heap'>) {
  return (
    <section aria-label="Heap saw" tabIndex={0}>
      <h2>
        1. Heap saw <output>{heap.length}</output>
      </h2>
      <p class="quiet">Everything: each click, and each call of heap.track.</p>
      <ol>
        {inRuns(heap.map(({ event, isAutotrack }) => (isAutotrack ? `${event}, by itself` : event))).map(
          ({ text, count }, place) => (
            <li key={place}>
              <Value of={text} /> {count > 1 && <span class="quiet">× {count}</span>}
            </li>
          ),
        )}
      </ol>
    </section>
  );
}

/** The newest first; equal ones in a row are one line. */
function inRuns(texts: readonly string[]): { text: string; count: number }[] {
  const runs: { text: string; count: number }[] = [];
  for (const text of texts) {
    const last = runs.at(-1);
    if (last?.text === text) last.count++;
    else runs.push({ text, count: 1 });
  }
  return runs.toReversed();
}

function Decided({ calls, arrived }: Pick<ShopNews, 'calls'> & { arrived: readonly FeedItem[] }) {
  const promoted = new Set(
    calls.filter(({ status }) => status === 'promoted').map(({ event_id }) => event_id),
  );
  const known = new Set(arrived.map(({ event_id }) => event_id));
  /** A page that was left at once did not learn what became of its events; the relay knows. */
  const settled = (call: TracedCall): TracedCall =>
    call.outcome === undefined && known.has(call.event_id ?? '')
      ? { ...call, outcome: { status: 'delivered' } }
      : call;
  return (
    <section aria-label="Promoted" tabIndex={0}>
      <h2>
        2. Promoted <output>{promoted.size}</output>
      </h2>
      <p class="quiet">What the registry approves. The rest stays in Heap, for the reason shown.</p>
      <ol>
        {calls.toReversed().map((call, place) => (
          <li key={place}>
            <Value of={call.label} />
            <div class={call.status === 'promoted' ? 'promoted' : 'quiet'}>
              <Value of={explain(settled(call))} />
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

const refreshMs = 1_000;

function Arrived({ api, arrived }: { api: RelayApi; arrived: readonly FeedItem[] }) {
  const [opened, setOpened] = useState<string>();
  const accepted = arrived.filter(({ kind, status }) => kind === 'capture' && status === 'accepted').length;
  return (
    <section aria-label="Arrived" tabIndex={0}>
      <h2>
        3. Arrived <output>{accepted}</output>
      </h2>
      <p class="quiet">
        Each once, however often page and payment provider report it. Click an event to follow it.
      </p>
      <Platforms api={api} />
      {opened === undefined ? (
        <ol>
          {arrived.map(({ seq, kind, event, event_id, source, status }) => (
            <li key={seq}>
              {kind === 'capture' && event_id !== null ? (
                <button type="button" class="link" onClick={() => setOpened(event_id)}>
                  <Value of={event_id} />
                </button>
              ) : (
                <Value of={kind === 'identify' ? 'identify' : event} />
              )}
              <div>
                <Status of={status} />{' '}
                <span class="quiet">
                  from the {source === 'server' || kind === 'identify' ? 'backend' : 'page'}
                </span>
              </div>
            </li>
          ))}
        </ol>
      ) : (
        <TraceView api={api} event_id={opened} onClose={() => setOpened(undefined)} />
      )}
    </section>
  );
}

/** How many events each platform has accepted since this page was opened. */
function Platforms({ api }: { api: RelayApi }) {
  const load = useLoad(
    (signal) => api.get<{ destinations: readonly DestinationState[] }>('/api/destinations', signal),
    [],
    refreshMs,
  );
  const before = useRef<ReadonlyMap<string, number>>(undefined);
  const destinations = bodyOf(load)?.destinations;
  if (!destinations) return null;
  before.current ??= new Map(destinations.map(({ destination, counts }) => [destination, counts.accepted]));
  return (
    <ul class="platforms" aria-label="Accepted by the platforms">
      {destinations.map(({ destination, title, counts }) => (
        <li key={destination}>
          {title} <output>{counts.accepted - (before.current?.get(destination) ?? 0)}</output>
        </li>
      ))}
    </ul>
  );
}

render(<Playground />, document.querySelector('#app')!);
