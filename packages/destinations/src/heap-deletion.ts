import type { DestinationAnswer } from './exchange.ts';
import type { Mirror } from './mirror.ts';
import { readToken } from './oauth-refresh.ts';
import { byStatus, jsonOf, wordOf } from './read-answer.ts';
import { refuse } from './refusal.ts';

/** A user by all ids that Heap may know: yours, and its own of the browser that was seen last. */
export interface HeapUsers {
  users: readonly ({ identity: string } | { user_id: string })[];
}

interface Account {
  appId: string;
  region?: 'us' | 'eu' | undefined;
  apiKey?: string | undefined;
  endpoint?: string | undefined;
  confirmAfterMs?: number | undefined;
}

const hosts = { us: 'https://heapanalytics.com', eu: 'https://c.eu.heap-api.com' } as const;
const base = ({ region = 'us', endpoint = hosts[region] }: Account): string => `${endpoint}/api/public/v0`;
/** Heap's token is good for five minutes. */
const tokenLifeMs = 300_000;
/** Heap looks for the user in all environments of the account, and takes its time. */
const usualWaitMs = 600_000;

const isTaken = ({ status }: DestinationAnswer): boolean => status >= 200 && status < 300;

/** Deletes users in Heap (developers.heap.io, user deletion): a request, whose outcome is asked for later. */
export const heapDeletion: Mirror<Account, object, HeapUsers> = {
  title: 'Heap user deletion',
  target: {},
  // 10,000 users in a request; an entry has two at most.
  limits: { perRequest: 5_000, requestsPerMinute: 60 },
  // Whoever is to be forgotten is asked nothing.
  consent: [],
  onChange: 'replace',
  map({ user_id, heap }) {
    const users = [
      ...(user_id ? [{ identity: user_id }] : []),
      ...(heap.user_id && /^\d+$/.test(heap.user_id) ? [{ user_id: heap.user_id }] : []),
    ];
    return users.length > 0 ? { payload: { users } } : refuse('no_match_keys', ['user_id']);
  },
  request: ({ entries }, settings, _target, { token }) => ({
    method: 'POST',
    url: `${base(settings)}/user_deletion`,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ users: entries.flatMap(({ users }) => users) }),
  }),
  read(answer, _change, { confirmAfterMs = usualWaitMs }) {
    const ref = isTaken(answer) ? wordOf(jsonOf(answer)?.['deletion_request_id']) : '';
    return ref ? { ask: { ref, afterMs: confirmAfterMs } } : { all: byStatus(answer) };
  },
  confirm: {
    request: (ref, settings, { token }) => ({
      method: 'GET',
      url: `${base(settings)}/deletion_status/${encodeURIComponent(ref)}`,
      headers: { authorization: `Bearer ${token}` },
    }),
    read(answer, _places, { confirmAfterMs = usualWaitMs }) {
      if (!isTaken(answer)) return { all: byStatus(answer) };
      const status = wordOf(jsonOf(answer)?.['status']);
      if (/^(complete|success|done)/i.test(status)) return { all: { class: 'ok' } };
      if (/fail|error|cancel/i.test(status))
        return { all: { class: 'reject', detail: 'Heap says that the deletion failed; ask for it again' } };
      return { ask: { ref: '', afterMs: confirmAfterMs } };
    },
  },
  token: {
    isConfigured: ({ apiKey }) => Boolean(apiKey),
    async request(settings) {
      const { appId, apiKey = '' } = settings;
      return {
        method: 'POST',
        url: `${base(settings)}/auth_token`,
        headers: {
          'content-type': 'application/json',
          authorization: `Basic ${btoa(`${appId}:${apiKey}`)}`,
        },
        body: '{}',
      };
    },
    read(answer, now) {
      const reading = readToken(isTaken(answer) ? { ...answer, status: 200 } : answer, now);
      return 'failed' in reading ? reading : { ...reading, expires_at: now + tokenLifeMs };
    },
  },
};
