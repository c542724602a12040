import type { OwnKey, Scope } from '@tracklayer/relay';
import { useLayoutEffect, useMemo, useState } from 'preact/hooks';
import { Access } from './access.tsx';
import { AudiencesPage } from './audiences/audiences-page.tsx';
import { ChangesPage } from './changes/changes-page.tsx';
import { DestinationsPage } from './destinations/destinations-page.tsx';
import { KeyForm } from './key-form.tsx';
import { LivePage } from './live/live-page.tsx';
import { createLooking, LookingFor } from './live/look-for.ts';
import { bodyOf, useLoad } from './load.ts';
import { PeoplePage } from './people/people-page.tsx';
import { ProblemState } from './problem-state.tsx';
import { RegistryPage } from './registry/registry-page.tsx';
import { createRelayApi, type RelayApi } from './relay-api.ts';
import { ReportPage } from './report/report-page.tsx';
import { WithTrace } from './trace/opened-trace.tsx';

const pages = {
  live: ['Live', LivePage],
  registry: ['Registry', RegistryPage],
  destinations: ['Destinations', DestinationsPage],
  audiences: ['Audiences', AudiencesPage],
  people: ['People', PeoplePage],
  report: ['Report', ReportPage],
  changes: ['Changes', ChangesPage],
} as const;
type PageName = keyof typeof pages;

/** `tracklayer serve` prints an address with the development key after the `#`, which is never sent. */
function takeKey(): string | undefined {
  const key = /^#key=(\S{16,255})$/.exec(location.hash)?.[1];
  // An address is seen by others: in histories, in screenshots.
  if (key !== undefined) history.replaceState(null, '', location.pathname);
  return key;
}

function pageOf(hash: string): PageName {
  const name = hash.replace(/^#\/?/, '').split('/')[0] ?? '';
  return Object.hasOwn(pages, name) ? (name as PageName) : 'live';
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
  return <Console key={key} api={api} page={page} onOtherKey={() => setKey(undefined)} />;
}

function Console({ api, page, onOtherKey }: { api: RelayApi; page: PageName; onOtherKey: () => void }) {
  const load = useLoad((signal) => api.get<OwnKey>('/api/key', signal), [api]);
  const own = bodyOf(load);
  const scopes = useMemo(() => own && new Set<Scope>(own.scopes), [own]);
  const looking = useMemo(createLooking, []);
  const [, Page] = pages[page];
  return (
    <Access.Provider value={scopes}>
      <header>
        <h1>TrackLayer</h1>
        <nav aria-label="Pages">
          {(Object.keys(pages) as PageName[]).map((name) => (
            <a key={name} href={`#/${name}`} aria-current={name === page ? 'page' : undefined}>
              {pages[name][0]}
            </a>
          ))}
        </nav>
        {own && (
          <span class="own quiet">
            {own.environment} · key <code>{own.key.slice(0, 6)}</code>{' '}
            <button type="button" class="link" onClick={onOtherKey}>
              Change key
            </button>
          </span>
        )}
      </header>
      <main>
        {load !== 'loading' && !('body' in load) ? (
          <>
            <ProblemState problem={load.problem} />
            <button type="button" onClick={onOtherKey}>
              Use another key
            </button>
          </>
        ) : (
          <LookingFor.Provider value={looking}>
            <WithTrace key={page} api={api}>
              <Page api={api} />
            </WithTrace>
          </LookingFor.Provider>
        )}
      </main>
    </Access.Provider>
  );
}
