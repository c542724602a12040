import type { HeapRecord } from './heap-record.ts';
import type { HeapWindow } from './heap-window.ts';

/** What Heap keeps over reloads, in cookies of the page; nowhere, where the window has no document. */
export interface HeapCookies {
  /** Takes the user and event properties of an earlier load. */
  restore(): void;
  save(): void;
  forget(): void;
}

const maxAgeSeconds = 34_000_000;

/**
 * @param user - name of the cookie with the user, before the dot: `_hp2_id` or `_hp5_meta`.
 * @param imported - a cookie of another generation, whose user is taken where there is none.
 */
export function createHeapCookies(
  { document }: HeapWindow,
  record: HeapRecord,
  { user, properties, imported = user }: { user: string; properties: string; imported?: string },
): HeapCookies {
  const nameOf = (prefix: string): string => `${prefix}.${String(record.appid)}`;

  function read(prefix: string): Record<string, unknown> | undefined {
    const cookie = document?.cookie.split('; ').find((one) => one.startsWith(`${nameOf(prefix)}=`));
    try {
      return JSON.parse(decodeURIComponent(cookie?.slice(cookie.indexOf('=') + 1) ?? '')) as Record<
        string,
        unknown
      >;
    } catch {
      return undefined;
    }
  }

  function write(prefix: string, value: object | undefined): void {
    if (!document) return;
    const age = value ? maxAgeSeconds : 0;
    document.cookie = `${nameOf(prefix)}=${encodeURIComponent(JSON.stringify(value ?? ''))}; Max-Age=${age}; Path=/; SameSite=Lax`;
  }

  return {
    restore() {
      const { userId, sessionId, identity } = read(user) ?? read(imported) ?? {};
      if (typeof userId === 'string') record.userId = userId;
      if (typeof sessionId === 'string') record.sessionId = sessionId;
      if (typeof identity === 'string') record.identity = identity;
      record.eventProperties = { ...read(properties), ...record.eventProperties };
    },
    save() {
      const { userId, sessionId, identity, eventProperties } = record;
      write(user, { userId, sessionId, identity });
      write(properties, eventProperties);
    },
    forget() {
      for (const prefix of [user, properties, imported]) write(prefix, undefined);
    },
  };
}
