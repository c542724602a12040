import {
  createContext,
  createElement,
  useContext,
  useSyncExternalStore,
  type ReactNode,
  type ReactElement,
} from 'react';
import { TrackLayerError } from '@tracklayer/core';
import type { BrowserClient } from '../browser-client.ts';
import { absentClient } from './absent-client.ts';

export interface TrackLayerProviderProps {
  /**
   * The page's client, made once outside of components, so that strict mode, suspense and a remount make no second one.
   * `undefined` where there is no page, as on a server: hooks then give a client that does nothing.
   */
  client: BrowserClient | undefined;
  children?: ReactNode;
}

/** What {@link useConsent} gives. */
export interface PageConsent extends Pick<BrowserClient, 'setConsent' | 'optOut' | 'optIn'> {
  /** `pending`: nobody has answered, nothing is stored or sent. `refused`: nothing ever is. `open`: events go. */
  state: 'open' | 'pending' | 'refused';
}

const Context = createContext<BrowserClient | undefined>(undefined);

/**
 * Hands the client to the components below. It captures nothing by itself.
 *
 * @example
 * // tracklayer.ts
 * export const tracklayer =
 *   typeof window === 'undefined' ? undefined : createBrowserClient({ endpoint: '/tl', consent: 'pending' });
 * // main.tsx
 * <TrackLayerProvider client={tracklayer}><App /></TrackLayerProvider>
 */
export function TrackLayerProvider({ client, children }: TrackLayerProviderProps): ReactElement {
  return createElement(Context.Provider, { value: client ?? absentClient }, children);
}

/**
 * The client of the provider above: capture in handlers and effects. In an effect that strict mode runs twice, give the
 * event a business id, or an `event_id` of your own: the same id counts once.
 *
 * @throws TrackLayerError `invalid_options` when there is no provider above.
 */
export function useTrackLayer(): BrowserClient {
  const client = useContext(Context);
  if (!client) {
    throw new TrackLayerError(
      'invalid_options',
      'useTrackLayer needs a <TrackLayerProvider client={…}> above it',
    );
  }
  return client;
}

/**
 * Consent, for a banner: renders again when it changes, also when a consent tool or another tab changed it.
 *
 * @throws TrackLayerError `invalid_options` when there is no provider above.
 * @example
 * const { state, setConsent } = useConsent();
 * if (state === 'pending') return <Banner onAnswer={(choice) => setConsent({ analytics: choice })} />;
 */
export function useConsent(): PageConsent {
  const { onConsent, consent, setConsent, optOut, optIn } = useTrackLayer();
  // A server has no answer, and the first render of the page must agree with it.
  const state = useSyncExternalStore(onConsent, consent, absentClient.consent);
  return { state, setConsent, optOut, optIn };
}
