import type { ClickIds } from '@tracklayer/core';
import { cookieIn } from '../platform/cookies.ts';

const named = ['gclid', 'gbraid', 'wbraid', 'fbclid', 'li_fat_id', 'ttclid'] as const;
const maxLength = 500;

/**
 * Reads the click ids of the address that the page was entered by, which later addresses have lost, and those that ad
 * platforms keep in cookies.
 */
export function createClickIds(search: string): (cookies: string) => ClickIds | undefined {
  const query = new URLSearchParams(search);
  const landed: ClickIds = {};
  for (const name of named) {
    const id = query.get(name);
    if (id && id.length <= maxLength && /^[\w.~-]+$/.test(id)) landed[name] = id;
  }
  return (cookies) => {
    // Meta's script sets its cookies some time after the page has started.
    const ids: ClickIds = { ...landed };
    for (const name of ['fbp', 'fbc'] as const) {
      const id = cookieIn(cookies, `_${name}`);
      if (id && /^fb\.\d\.\d{1,16}\.[\w.-]{1,500}$/.test(id)) ids[name] = id;
    }
    return Object.keys(ids).length > 0 ? ids : undefined;
  };
}
