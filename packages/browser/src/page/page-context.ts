import type { EventContext } from '@tracklayer/core';
import { cookieIn, readCookies } from '../platform/cookies.ts';
import { version } from '../version.ts';
import type { Landed } from './landing.ts';
import { safeUrl, wellFormed } from './safe-url.ts';

const maxTitleLength = 300;
const library = { name: 'tracklayer-browser', version };

/**
 * What a page says of itself with each event. Never throws.
 *
 * @param landed - what the visitor came by.
 */
export function createPageContext(landed: Landed): () => EventContext {
  let known: EventContext | undefined;
  let knownHref = '';

  function read(): EventContext {
    const { referrer, title } = document;
    const cookies = readCookies();
    let { click_ids } = landed;
    // Meta's script sets its cookies some time after the page has started.
    for (const name of ['fbp', 'fbc'] as const) {
      const id = cookieIn(cookies, `_${name}`);
      if (id && /^fb\.\d\.\d{1,16}\.[\w.-]{1,500}$/.test(id)) click_ids = { ...click_ids, [name]: id };
    }
    // Google's own id of this browser, as its tag keeps it: GA1.1.1186733721.1764151200.
    const [, client_id] = /^GA\d\.\d\.(\d{1,20}\.\d{1,20})$/.exec(cookieIn(cookies, '_ga') ?? '') ?? [];
    return {
      page: {
        url: safeUrl(location.href),
        ...(referrer && { referrer: safeUrl(referrer) }),
        ...(title && { title: wellFormed(title, maxTitleLength) }),
      },
      locale: navigator.language,
      ...landed,
      ...(click_ids && { click_ids }),
      ...(client_id && { ga: { client_id } }),
      library,
    };
  }

  // Cookies are slow to read, so a burst of captures shares one look at the page.
  return () => {
    if (!known || knownHref !== location.href) {
      knownHref = location.href;
      // Core looks once at one that nobody changes.
      known = Object.freeze(read());
      queueMicrotask(() => (known = undefined));
    }
    return known;
  };
}
