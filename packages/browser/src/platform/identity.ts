import type { KeyValue } from '@tracklayer/core';
import type { Identity } from '@tracklayer/core/adapter';
import { readCookie, writeCookie } from './cookies.ts';

const cookieName = 'tl_aid';
// By which the server knows that it set the id today.
const keptName = 'tl_aid_kept';
const mirrorKey = 'anonymous_id';
const userKey = 'user_id';
const anonymousIdShape = /^anon_[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** The page's visitor, shared by all tabs: an anonymous id in a cookie and its mirror, and who they said they are. */
export interface PageIdentity extends Identity {
  read(): { user_id?: string | undefined; anonymous_id: string };
  /** Logout: forgets the person and starts a new visitor. */
  reset(): void;
  /** Another tab may have changed who this is. */
  refresh(): void;
}

export function createPageIdentity(
  values: KeyValue,
  newId: () => string,
  cookieDomain: string | undefined,
  onRefusedDomain: () => void,
): PageIdentity {
  const newVisitor = (): string => `anon_${newId()}`;
  let isAllowed = false;
  /** Said in this page before it might be stored: other tabs do not know better. */
  let isOwn = false;
  let anonymous_id = stored() ?? newVisitor();
  let user_id = values.get(userKey);

  function stored(): string | undefined {
    return [readCookie(cookieName), values.get(mirrorKey)].find((id) => id && anonymousIdShape.test(id));
  }

  function keepCookie(): void {
    // One that a script sets lives 7 days in Safari: the server's own is left alone.
    if (readCookie(cookieName) === anonymous_id) return;
    writeCookie(cookieName, anonymous_id, cookieDomain);
    if (cookieDomain === undefined || readCookie(cookieName) === anonymous_id) return;
    onRefusedDomain();
    writeCookie(cookieName, anonymous_id, undefined);
  }

  function write(): void {
    if (!isAllowed) return;
    keepCookie();
    values.set(mirrorKey, anonymous_id);
    if (user_id === undefined) values.remove(userKey);
    else values.set(userKey, user_id);
  }

  function refresh(): void {
    if (isOwn) return;
    anonymous_id = stored() ?? anonymous_id;
    user_id = values.get(userKey);
  }

  return {
    read: () => ({ user_id, anonymous_id }),
    identified(id) {
      if (id === user_id) return;
      user_id = id;
      isOwn = !isAllowed;
      if (isAllowed) values.set(userKey, id);
    },
    allow(allowed) {
      // Who it is may have changed while this page waited.
      if (allowed && !isAllowed) refresh();
      isAllowed = allowed;
      isOwn = false;
      if (allowed) return write();
      for (const domain of [cookieDomain, undefined]) {
        for (const name of [cookieName, keptName]) writeCookie(name, '', domain);
      }
      values.remove(mirrorKey);
      values.remove(userKey);
      anonymous_id = newVisitor();
      user_id = undefined;
    },
    reset() {
      anonymous_id = newVisitor();
      user_id = undefined;
      isOwn = !isAllowed;
      write();
    },
    refresh,
  };
}
