import { useLayoutEffect, useMemo, useState } from 'preact/hooks';
import { AudiencesPage } from './audiences/audiences-page.tsx';
import { ChangesPage } from './changes/changes-page.tsx';
import { DestinationsPage } from './destinations/destinations-page.tsx';
import { KeyForm } from './key-form.tsx';
import { LivePage } from './live/live-page.tsx';
import { PeoplePage } from './people/people-page.tsx';
import { RegistryPage } from './registry/registry-page.tsx';
import { createRelayApi } from './relay-api.ts';
import { ReportPage } from './report/report-page.tsx';

const pages = {
  live: 'Live',
  registry: 'Registry',
  destinations: 'Destinations',
  audiences: 'Audiences',
  people: 'People',
  report: 'Report',
  changes: 'Changes',
} as const;
type Page = keyof typeof pages;

/** `tracklayer serve` prints an address with the development key after the `#`, which is never sent. */
function takeKey(): string | undefined {
  const key = /^#key=(\S{16,255})$/.exec(location.hash)?.[1];
  // An address is seen by others: in histories, in screenshots.
  if (key !== undefined) history.replaceState(null, '', location.pathname);
  return key;
}

function pageOf(hash: string): Page {
  const name = hash.replace(/^#\/?/, '').split('/')[0] ?? '';
  return Object.hasOwn(pages, name) ? (name as Page) : 'live';
}

export function App() {
  // In memory only: a reload asks again.
  const [key, setKey] = useState(takeKey);
  const [page, setPage] = useState(() => pageOf(location.hash));
  // Before the first paint: an address that changes while the page opens is not missed.
  useLayoutEffect(() => {
    const follow = (): void => {
      const given = takeKey();
      if (given !== undefined) setKey(given);
      setPage(pageOf(location.hash));
    };
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  const api = useMemo(() => (key === undefined ? undefined : createRelayApi(key)), [key]);
  if (!api) return <KeyForm onKey={setKey} />;
  return (
    <>
      <header>
        <h1>TrackLayer</h1>
        <nav aria-label="Pages">
          {(Object.keys(pages) as Page[]).map((name) => (
            <a key={name} href={`#/${name}`} aria-current={name === page ? 'page' : undefined}>
              {pages[name]}
            </a>
          ))}
        </nav>
      </header>
      <main>
        {page === 'live' && <LivePage api={api} />}
        {page === 'registry' && <RegistryPage api={api} />}
        {page === 'destinations' && <DestinationsPage api={api} />}
        {page === 'audiences' && <AudiencesPage api={api} />}
        {page === 'people' && <PeoplePage api={api} />}
        {page === 'report' && <ReportPage api={api} />}
        {page === 'changes' && <ChangesPage api={api} />}
      </main>
    </>
  );
}
