import type { EventContext } from '@tracklayer/core';
import { version } from '../version.ts';
import { createClickIds } from './click-ids.ts';
import { safeUrl, wellFormed } from './safe-url.ts';

const maxTitleLength = 300;
const library = { name: 'tracklayer-browser', version };

/** What a page says of itself with each event. Never throws. */
export function createPageContext(): () => EventContext {
  const clickIds = createClickIds(location.search);
  let known: EventContext | undefined;
  let knownHref = '';

  function read(): EventContext {
    const { referrer, title } = document;
    const click_ids = clickIds();
    return {
      page: {
        url: safeUrl(location.href),
        ...(referrer && { referrer: safeUrl(referrer) }),
        ...(title && { title: wellFormed(title, maxTitleLength) }),
      },
      locale: navigator.language,
      ...(click_ids && { click_ids }),
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
