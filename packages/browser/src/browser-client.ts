import type { BuiltInEvents, EventMap } from '@tracklayer/core';
import { resolveOptions } from '@tracklayer/core/adapter';
import { checkOptions, pageDefaults, type BrowserClientOptions } from './options.ts';
import { createPageClient, type PageClient } from './page-client.ts';
import { readPageEndpoint } from './page/read-page-endpoint.ts';
import { createPageTransport } from './platform/page-transport.ts';

/** A client for one page and its one visitor: it remembers who they are, and needs no ids with events. */
export interface BrowserClient<Own extends EventMap = BuiltInEvents> extends PageClient<Own> {
  /** Where it posts to, without a slash at its end. */
  readonly endpoint: string;
  /** Calls `hear` after each change of {@link consent}, until the returned function is called. */
  onConsent(hear: () => void): () => void;
}

// Each makes the page's client first: a list is shorter than as many functions.
const methods = [
  'capture',
  'identify',
  'flush',
  'close',
  'stats',
  'setConsent',
  'optOut',
  'optIn',
  'anonymousId',
  'userId',
  'consent',
  'isAllowed',
  'reset',
] as const satisfies readonly (keyof PageClient)[];

/**
 * Makes the client of a page. Events are in storage when `capture` returns; they go out in the background, when the
 * page is left, or with the next page. It touches cookies and storage when they are first needed, or in a task of its
 * own right after this one.
 *
 * Make one client per site. Several share the visitor, the ids that were captured and what is stored, so they need the
 * same `endpoint`.
 *
 * @throws TrackLayerError `invalid_options` when an option can't be used.
 * @example
 * const tracklayer = createBrowserClient({ endpoint: '/tl' });
 */
export function createBrowserClient<Own extends EventMap = BuiltInEvents>(
  given: BrowserClientOptions<Own>,
): BrowserClient<Own> {
  checkOptions(given);
  const endpoint = readPageEndpoint(given?.endpoint);
  // With the page's fetch of this moment.
  const transport = createPageTransport(endpoint, given.paths);
  const { source = 'browser' } = given;
  const options = resolveOptions({ ...given, source, transport }, pageDefaults);
  // A router may clean the address before anything else runs.
  const { search } = location;
  const hearers = new Set<() => void>();
  let made: PageClient<Own> | undefined;
  const page = (): PageClient<Own> => (made ??= createPageClient(options, search, shown, hearers));
  const shown = {
    endpoint,
    onConsent(hear) {
      hearers.add(hear);
      return () => void hearers.delete(hear);
    },
  } as BrowserClient<Own>;
  for (const name of methods) {
    (shown as unknown as Record<string, unknown>)[name] = (input: never) => page()[name](input);
  }
  setTimeout(page);
  return shown;
}
