import type { Ledger } from './ledger.ts';
import { madeLists, makeList, type Lists } from './lists.ts';
import { fieldsOf, listOf, type Fields, type Platform, type SandboxAnswer } from './platform.ts';

const error = (status: number, category: string, message: string, more: object = {}): SandboxAnswer => ({
  status,
  body: { status: 'error', category, message, correlationId: crypto.randomUUID(), ...more },
});

/** Record by record: 207 with the good and the bad, by the trace id that was sent. */
export const hubspot: Platform = {
  throttled: error(429, 'RATE_LIMITS', 'You have reached your ten_secondly_rolling limit.', {
    errorType: 'RATE_LIMIT',
    policyName: 'TEN_SECONDLY_ROLLING',
  }),
  unauthorized: error(401, 'INVALID_AUTHENTICATION', 'Authentication credentials not found.'),
  sunset: { status: 404, body: 'not found' },
  answer({ method, path, headers, json }, { ledger, lists }) {
    if (!/^Bearer \S+/.test(headers['authorization'] ?? '')) return hubspot.unauthorized;
    const list = /^\/crm\/v3\/lists\/(\d+)\/memberships\/add-and-remove$/.exec(path)?.[1];
    if (method === 'PUT' && list) return changeMembers(list, fieldsOf(json), ledger, lists);
    if (method === 'POST' && /^\/crm\/objects\/20\d\d-\d\d\/contacts\/batch\/read$/.test(path))
      return find(fieldsOf(json), ledger);
    const call = /^\/crm\/v3\/lists(?:\/(.+))?$/.exec(path);
    if (call) return answerLists(method, call[1], fieldsOf(json), lists);
    const inputs = listOf(fieldsOf(json)['inputs']).map(fieldsOf);
    const isContacts = /^\/crm\/objects\/20\d\d-\d\d\/contacts\/batch\/upsert$/.test(path);
    const isEvents = /^\/events\/20\d\d-\d\d\/send\/batch$/.test(path);
    if (method !== 'POST' || !(isContacts || isEvents)) return hubspot.sunset;
    if (inputs.length === 0 || inputs.length > 100)
      return error(400, 'VALIDATION_ERROR', 'Batch size must be 1 to 100');
    return isContacts ? upsert(inputs, ledger.add) : send(inputs, ledger.add);
  },
};

/** A contact's record id: the place at which it came. */
const contactsOf = (ledger: Ledger): { record: string; fields: Fields }[] =>
  ledger.entries().map(({ record }, place) => ({ record: `${place + 1_001}`, fields: fieldsOf(record) }));

/** Unknown contacts are left out of the results, as HubSpot leaves them out. */
function find({ idProperty, inputs }: Fields, ledger: Ledger): SandboxAnswer {
  const ids = listOf(inputs).map((input) => String(fieldsOf(input)['id']));
  if (typeof idProperty !== 'string' || ids.length === 0 || ids.length > 100)
    return error(400, 'VALIDATION_ERROR', 'Batch size must be 1 to 100');
  const results = contactsOf(ledger).flatMap(({ record, fields }) => {
    const own = fields['idProperty'] === idProperty ? fields['id'] : undefined;
    const value = own ?? fieldsOf(fields['properties'])[idProperty];
    return typeof value === 'string' && ids.includes(value)
      ? [{ id: record, properties: { [idProperty]: value } }]
      : [];
  });
  return { status: 200, body: { status: 'COMPLETE', results } };
}

function changeMembers(list: string, body: Fields, ledger: Ledger, lists: Lists): SandboxAnswer {
  const [add, remove] = [body['recordIdsToAdd'], body['recordIdsToRemove']].map((ids) =>
    listOf(ids).map(String),
  );
  const known = new Set(contactsOf(ledger).map(({ record }) => record));
  const added = (add ?? []).filter((id) => known.has(id));
  for (const id of added) lists.put(list, id, { record: id });
  for (const id of remove ?? []) lists.remove(list, id);
  const recordIdsMissing = (add ?? []).filter((id) => !known.has(id));
  return { status: 200, body: { recordIdsAdded: added, recordIdsRemoved: remove, recordIdsMissing } };
}

/** Static lists by name, which is one list's own, or by id. */
function answerLists(method: string, which: string | undefined, body: Fields, lists: Lists): SandboxAnswer {
  const made = [...lists.of(madeLists)];
  const shown = (listId: string, name: unknown): SandboxAnswer => ({
    status: 200,
    body: { list: { listId, name, size: lists.of(listId).size, processingStatus: 'COMPLETE' } },
  });
  const named = /^object-type-id\/0-1\/name\/(.+)$/.exec(which ?? '')?.[1];
  if (method === 'GET' && which !== undefined) {
    const one = made.find(([id, name]) =>
      named === undefined ? id === which : name === decodeURIComponent(named),
    );
    if (one) return shown(...one);
    return named === undefined && /^\d+$/.test(which)
      ? shown(which, `list ${which}`)
      : error(404, 'OBJECT_NOT_FOUND', 'List does not exist');
  }
  const { name, objectTypeId, processingType } = body;
  if (method !== 'POST' || which !== undefined) return hubspot.sunset;
  if (typeof name !== 'string' || objectTypeId !== '0-1' || processingType !== 'MANUAL')
    return error(400, 'VALIDATION_ERROR', 'The list is not valid');
  if (made.some(([, known]) => known === name))
    return error(400, 'VALIDATION_ERROR', 'A list of this name exists already');
  return shown(makeList(lists, name), name);
}

type Add = (key: string, record: unknown) => boolean;

function upsert(inputs: readonly Fields[], add: Add): SandboxAnswer {
  const ids = inputs.map(({ id }) => String(id));
  const twice = ids.filter((id, place) => ids.indexOf(id) !== place);
  if (twice.length > 0)
    return error(400, 'VALIDATION_ERROR', 'Duplicate IDs found in batch input. IDs must be unique');
  const isGood = ({ id, idProperty, properties }: Fields): boolean =>
    typeof id === 'string' &&
    typeof idProperty === 'string' &&
    Object.values(fieldsOf(properties)).every((value) => typeof value === 'string');
  const results = inputs.filter(isGood).map((input) => {
    const { id, idProperty, objectWriteTraceId, properties } = input;
    add(`${String(idProperty)}/${String(id)}`, input);
    return { id: String(id), properties, objectWriteTraceId };
  });
  const errors = inputs
    .filter((input) => !isGood(input))
    .map(({ objectWriteTraceId }) => ({
      status: 'error',
      category: 'VALIDATION_ERROR',
      message: 'Property values were not valid',
      context: { objectWriteTraceId: [objectWriteTraceId] },
    }));
  return errors.length > 0
    ? { status: 207, body: { status: 'COMPLETE', results, numErrors: errors.length, errors } }
    : { status: 200, body: { status: 'COMPLETE', results } };
}

function send(inputs: readonly Fields[], add: Add): SandboxAnswer {
  const isBad = inputs.some(
    ({ eventName, email, utk }) => !/^pe\d+_\w+$/.test(String(eventName)) || !(email ?? utk),
  );
  if (isBad) return error(400, 'VALIDATION_ERROR', 'An input is not valid');
  for (const input of inputs) add(`${String(input['eventName'])}/${String(input['uuid'])}`, input);
  return { status: 204 };
}
