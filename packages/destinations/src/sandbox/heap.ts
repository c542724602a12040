import type { Lists } from './lists.ts';
import {
  fieldsOf,
  listOf,
  type Fields,
  type Platform,
  type SandboxAnswer,
  type SandboxRequest,
  type Surroundings,
} from './platform.ts';

/** One bad event fails the whole request, and Heap does not say which. */
export const heap: Platform = {
  throttled: { status: 429, body: 'too many requests' },
  unauthorized: { status: 400, body: 'invalid app_id' },
  sunset: { status: 404, body: 'not found' },
  answer(request, surroundings) {
    const { method, path, json } = request;
    const { ledger, lists } = surroundings;
    if (path.startsWith(deletionBase)) return answerDeletion(request, surroundings);
    if (method === 'POST' && path === '/api/add_user_properties') return addProperties(fieldsOf(json), lists);
    if (method !== 'POST' || path !== '/api/track') return heap.sunset;
    const { app_id, events, ...single } = fieldsOf(json);
    if (!/^\d+$/.test(String(app_id))) return heap.unauthorized;
    const list = (events === undefined ? [single] : listOf(events)).map(fieldsOf);
    const isBad = list.some(({ event, identity, user_id, properties }) => {
      const isNested = Object.values(fieldsOf(properties)).some((value) => typeof value === 'object');
      return typeof event !== 'string' || event.length > 1_024 || !(identity ?? user_id) || isNested;
    });
    if (isBad || list.length === 0 || list.length > 1_000) return { status: 400, body: 'bad request' };
    for (const event of list) ledger.add(String(event['idempotency_key']), event);
    return { status: 200, body: {} };
  },
};

const keptNames = new Set(['id', 'ID', 'Id', 'user_id']);

/** Bulk: properties are added to those that a user has. */
function addProperties({ app_id, users }: Fields, lists: Lists): SandboxAnswer {
  if (!/^\d+$/.test(String(app_id))) return heap.unauthorized;
  const list = listOf(users).map(fieldsOf);
  const isBad = list.some(
    ({ identity, properties }) =>
      Object.entries(fieldsOf(properties)).some(
        ([name, value]) =>
          keptNames.has(name) ||
          typeof value === 'object' ||
          (typeof value === 'string' && value.length >= 1_024),
      ) ||
      typeof identity !== 'string' ||
      identity.length > 255,
  );
  if (isBad || list.length === 0 || list.length > 1_000) return { status: 400, body: 'bad request' };
  for (const { identity, properties } of list) {
    const before = fieldsOf(lists.of('users').get(String(identity)));
    lists.put('users', String(identity), { ...before, ...fieldsOf(properties) });
  }
  return { status: 200, body: {} };
}

const deletionBase = '/api/public/v0/';
const refused: SandboxAnswer = { status: 401, body: { message: 'unauthorized' } };
/** How often each deletion was asked for, by the sandbox it belongs to. */
const deletions = new WeakMap<object, Map<string, number>>();

/** A token by the account's key; then users by your ids or Heap's, 10,000 at most; done when it is asked for twice. */
function answerDeletion(
  { method, path, headers, json }: SandboxRequest,
  { lists, tokens, now }: Surroundings,
): SandboxAnswer {
  const call = path.slice(deletionBase.length);
  const { authorization } = headers;
  if (method === 'POST' && call === 'auth_token') {
    const [app, key] = atob(/^Basic (\S+)$/.exec(authorization ?? '')?.[1] ?? '').split(':');
    return app && key ? { status: 200, body: tokens.issue(now()) } : refused;
  }
  if (!tokens.isValid(authorization, now())) return refused;
  const known = deletions.get(lists) ?? new Map<string, number>();
  deletions.set(lists, known);
  const id = /^deletion_status\/([\w-]+)$/.exec(call)?.[1] ?? '';
  const asked = known.get(id);
  if (method === 'GET' && asked !== undefined) {
    known.set(id, asked + 1);
    return { status: 200, body: { status: asked > 0 ? 'complete' : 'pending' } };
  }
  if (method !== 'POST' || call !== 'user_deletion') return heap.sunset;
  const users = listOf(fieldsOf(json)['users']).map(fieldsOf);
  const isBad = users.some(({ identity, user_id }) => typeof (identity ?? user_id) !== 'string');
  if (isBad || users.length === 0 || users.length > 10_000) return { status: 400, body: 'bad request' };
  for (const { identity, user_id } of users) {
    lists.remove('users', String(identity));
    lists.put('deleted', String(identity ?? user_id), {});
  }
  const deletion_request_id = crypto.randomUUID();
  known.set(deletion_request_id, 0);
  return { status: 200, body: { deletion_request_id, status: 'pending' } };
}
