import { stringifySetCookie } from 'cookie';
import { idCookie, isAnonymousId, keptCookie, type ClientContext } from './client-context.ts';

const idMaxAgeSeconds = 400 * 86_400;
const keptMaxAgeSeconds = 86_400;

/**
 * The `Set-Cookie` headers that remember a visitor for 400 days. A cookie that a script sets lives 7 days in Safari, one
 * day behind an ad's link, and nobody can see by whom a cookie was set: so it is set from here at the first request, and
 * once a day after that. `tl_aid_kept` says that today's turn is over; a page deletes both when consent is refused.
 */
export function keepVisitor(
  anonymous_ids: readonly unknown[],
  { anonymous_id, kept_id }: Pick<ClientContext, 'anonymous_id' | 'kept_id'>,
  { domain, secure }: { domain: string | undefined; secure: boolean },
): string[] {
  const id = anonymous_ids.findLast(isAnonymousId);
  if (id === undefined || (id === anonymous_id && id === kept_id)) return [];
  const common = { path: '/', sameSite: 'lax', secure, ...(domain !== undefined && { domain }) } as const;
  return [
    stringifySetCookie({ name: idCookie, value: id, maxAge: idMaxAgeSeconds, ...common }),
    stringifySetCookie({
      name: keptCookie,
      value: id,
      maxAge: keptMaxAgeSeconds,
      ...common,
    }),
  ];
}
