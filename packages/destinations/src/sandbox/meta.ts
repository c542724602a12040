import { madeLists, makeList, type Lists } from './lists.ts';
import {
  fieldsOf,
  isHashed,
  isMoney,
  listOf,
  type Fields,
  type Platform,
  type SandboxAnswer,
  type SandboxRequest,
  type Surroundings,
} from './platform.ts';

const hashed = ['em', 'ph', 'fn', 'ln', 'ct', 'st', 'zp', 'country', 'db', 'ge', 'external_id'];
const day = 86_400;
const error = (code: number, message: string, error_subcode?: number): SandboxAnswer => ({
  status: 400,
  body: { error: { message, type: 'OAuthException', code, error_subcode, fbtrace_id: 'sandbox' } },
});

/** One bad event fails the whole batch, and Meta does not say which. */
export const meta: Platform = {
  throttled: error(80004, 'There have been too many calls to this ad-account.'),
  unauthorized: error(190, 'Error validating access token: the session has expired.', 463),
  sunset: error(2635, 'You are calling a deprecated version of the Ads API.'),
  answer(request, surroundings) {
    const { method, path, query, headers, json } = request;
    const { ledger, now } = surroundings;
    if (/^\/v\d+\.\d+\/\d+\/users$/.test(path)) return answerMembers(request, surroundings);
    if (/^\/v\d+\.\d+\/(act_\d+\/customaudiences|\d+)$/.test(path))
      return answerLists(request, surroundings.lists);
    const [, version = '', dataset = ''] = /^\/(v\d+\.\d+)\/(\d+)\/events$/.exec(path) ?? [];
    if (method !== 'POST' || !dataset)
      return {
        status: 404,
        body: { error: { code: 100, error_subcode: 33, message: 'Unsupported post request.' } },
      };
    if (Number(version.slice(1)) < 25) return meta.sunset;
    if (!headers['authorization'] && !query.has('access_token'))
      return error(190, 'An access token is required.');
    const events = listOf(fieldsOf(json)['data']).map(fieldsOf);
    if (events.length === 0 || events.length > 1_000)
      return error(100, 'Param data must have 1 to 1000 elements.');
    const seconds = now() / 1_000;
    if (events.some((event) => isBad(event, seconds))) return error(100, 'Invalid parameter', 2804003);
    for (const event of events)
      ledger.add(`${dataset}/${String(event['event_name'])}/${String(event['event_id'])}`, event);
    return {
      status: 200,
      body: { events_received: events.length, messages: [], fbtrace_id: crypto.randomUUID() },
    };
  },
};

const clear = ['EXTERN_ID', 'MADID'];
const columns = new Set([
  'EMAIL',
  'PHONE',
  'DOBY',
  'DOBM',
  'DOBD',
  'LN',
  'FN',
  'FI',
  'GEN',
  'CT',
  'ST',
  'ZIP',
  'COUNTRY',
  ...clear,
]);

/** A custom audience: rows by their schema, hashes but for ids of the advertiser's own. */
function answerMembers(
  { method, path, headers, json }: SandboxRequest,
  { lists }: Surroundings,
): SandboxAnswer {
  const [, version = '', audience = ''] = /^\/v(\d+\.\d+)\/(\d+)\/users$/.exec(path) ?? [];
  if (Number(version) < 25) return meta.sunset;
  if (!headers['authorization']) return error(190, 'An access token is required.');
  if (method !== 'POST' && method !== 'DELETE') return error(100, 'Unsupported method.');
  const { schema, data } = fieldsOf(fieldsOf(json)['payload']);
  const names = listOf(schema).map(String);
  const rows = listOf(data).map(listOf);
  const isWrong = (row: readonly unknown[]): boolean =>
    row.length !== names.length ||
    row.some((value, place) => value !== '' && !clear.includes(names[place] ?? '') && !isHashed(value));
  if (rows.length === 0 || rows.length > 10_000)
    return error(100, 'Param payload must have 1 to 10000 rows.');
  if (names.some((name) => !columns.has(name)) || rows.some(isWrong))
    return error(100, 'Invalid parameter', 1487053);
  for (const row of rows) {
    const entry = Object.fromEntries(names.map((name, place) => [name, row[place]]));
    const key = String(entry['EXTERN_ID'] ?? entry['EMAIL'] ?? entry['PHONE']);
    if (method === 'POST') lists.put(audience, key, entry);
    else lists.remove(audience, key);
  }
  const session_id = crypto.randomUUID();
  return {
    status: 200,
    body: { audience_id: audience, session_id, num_received: rows.length, num_invalid_entries: 0 },
  };
}

/** Custom audiences of an account by name, and what is known of one. */
function answerLists({ method, path, headers, json }: SandboxRequest, lists: Lists): SandboxAnswer {
  const [, id] = /\/(\d+)$/.exec(path) ?? [];
  if (!headers['authorization']) return error(190, 'An access token is required.');
  if (id !== undefined)
    return {
      status: 200,
      body: {
        id,
        approximate_count_lower_bound: lists.of(id).size,
        operation_status: { code: 200, description: 'Normal' },
      },
    };
  if (method === 'GET')
    return {
      status: 200,
      body: { data: [...lists.of(madeLists)].map(([key, name]) => ({ id: key, name })) },
    };
  const { name, subtype, customer_file_source } = fieldsOf(json);
  if (typeof name !== 'string' || subtype !== 'CUSTOM' || !customer_file_source)
    return error(100, 'Invalid parameter');
  return { status: 200, body: { id: makeList(lists, name) } };
}

function isBad(event: Fields, now: number): boolean {
  const { event_name, event_time, event_id, action_source, event_source_url, custom_data } = event;
  const user = fieldsOf(event['user_data']);
  const { value, currency } = fieldsOf(custom_data);
  const oldest = now - (action_source === 'physical_store' ? 62 : 7) * day;
  const isTimely =
    Number.isInteger(event_time) && Number(event_time) >= oldest && Number(event_time) <= now + 60;
  return (
    typeof event_name !== 'string' ||
    typeof event_id !== 'string' ||
    typeof action_source !== 'string' ||
    !isTimely ||
    !isMoney(value, currency) ||
    (event_name === 'Purchase' && value === undefined) ||
    (action_source === 'website' && !(event_source_url && user['client_user_agent'])) ||
    Object.keys(user).length === 0 ||
    !hashed.every((key) => isHashed(user[key]))
  );
}
