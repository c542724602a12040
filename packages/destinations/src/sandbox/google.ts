import { madeLists, makeList, type Lists } from './lists.ts';
import {
  fieldsOf,
  isHashed,
  isMoney,
  listOf,
  type Fields,
  type Platform,
  type SandboxAnswer,
} from './platform.ts';

const error = (status: number, word: string, message: string, details: object[] = []): SandboxAnswer => ({
  status,
  body: { error: { code: status, status: word, message, details } },
});
const requests = new WeakMap<object, Map<string, { asked: number; duplicates: number[] }>>();

/** One bad event fails the whole batch, by its field; a 200 only says "received". */
export const google: Platform = {
  throttled: error(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded for quota metric'),
  unauthorized: error(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.'),
  sunset: error(404, 'NOT_FOUND', 'Method not found.'),
  answer({ method, path, query, headers, text, json }, { ledger, lists, tokens, now }) {
    if (method === 'POST' && path === '/token') {
      const isSigned = /^[\w-]+\.[\w-]+\.[\w-]+$/.test(new URLSearchParams(text).get('assertion') ?? '');
      return isSigned
        ? { status: 200, body: tokens.issue(now()) }
        : { status: 400, body: { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' } };
    }
    if (!tokens.isValid(headers['authorization'], now())) return google.unauthorized;
    const known = requests.get(ledger) ?? new Map<string, { asked: number; duplicates: number[] }>();
    requests.set(ledger, known);
    if (method === 'GET' && path === '/v1/requestStatus:retrieve') {
      const request = known.get(query.get('requestId') ?? '');
      return request
        ? { status: 200, body: statusOf(request) }
        : error(404, 'NOT_FOUND', 'Requested entity was not found.');
    }
    const userLists = /^\/v1\/accountTypes\/GOOGLE_ADS\/accounts\/\d+\/userLists(?:\/(\d+))?$/.exec(path);
    if (userLists)
      return answerLists(
        { method, id: userLists[1], filter: query.get('filter') ?? '' },
        fieldsOf(json),
        lists,
      );
    const action = /^\/v1\/audienceMembers:(ingest|remove)$/.exec(path)?.[1];
    if (method === 'POST' && action) {
      const answer = answerMembers(fieldsOf(json), action, lists);
      const { requestId } = fieldsOf(answer.body);
      if (typeof requestId === 'string') known.set(requestId, { asked: 0, duplicates: [] });
      return answer;
    }
    if (method !== 'POST' || path !== '/v1/events:ingest') return google.sunset;
    const { destinations, encoding, events, validateOnly } = fieldsOf(json);
    const list = listOf(events).map(fieldsOf);
    if (listOf(destinations).length === 0 || encoding !== 'HEX' || list.length === 0 || list.length > 2_000)
      return error(400, 'INVALID_ARGUMENT', 'There was a problem with the request.');
    const bad = list.flatMap((event, place) => (isBad(event) ? [{ field: `events.events[${place}]` }] : []));
    if (bad.length > 0)
      return error(400, 'INVALID_ARGUMENT', 'There was a problem with the request.', [
        { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: bad },
      ]);
    const requestId = crypto.randomUUID();
    if (validateOnly) return { status: 200, body: { requestId } };
    const duplicates = list.flatMap((event, place) => {
      const actions = listOf(event['destinationReferences']).join();
      return ledger.add(`${actions}/${String(event['transactionId'])}`, event) ? [] : [place];
    });
    known.set(requestId, { asked: 0, duplicates });
    return { status: 200, body: { requestId } };
  },
};

/** Lists of an account: one by its id, those of a display name, a new one. */
function answerLists(
  { method, id, filter }: { method: string; id: string | undefined; filter: string },
  { displayName, ingestedUserListInfo }: Fields,
  lists: Lists,
): SandboxAnswer {
  const shown = (key: string, name: unknown) => ({
    id: key,
    displayName: name,
    membershipStatus: 'OPEN',
    sizeInfo: { displayNetworkMembersCount: `${lists.of(key).size}` },
    ingestedUserListInfo: { contactIdInfo: { matchRatePercentage: 80 } },
  });
  const made = [...lists.of(madeLists)];
  if (method === 'GET' && id !== undefined)
    return { status: 200, body: shown(id, lists.of(madeLists).get(id) ?? id) };
  const named = /^display_name = "((?:[^"\\]|\\.)+)"$/.exec(filter)?.[1];
  if (method === 'GET') {
    const found = made.filter(([, name]) => named === undefined || name === JSON.parse(`"${named}"`));
    return {
      status: 200,
      body: found.length > 0 ? { userLists: found.map(([key, name]) => shown(key, name)) } : {},
    };
  }
  const keyTypes = listOf(fieldsOf(ingestedUserListInfo)['uploadKeyTypes']);
  if (
    method !== 'POST' ||
    id !== undefined ||
    typeof displayName !== 'string' ||
    keyTypes.join() !== 'CONTACT_ID'
  )
    return error(400, 'INVALID_ARGUMENT', 'A list needs displayName and one upload key type.');
  if (made.some(([, name]) => name === displayName))
    return error(409, 'ALREADY_EXISTS', 'A list of this name exists already.');
  return { status: 200, body: shown(makeList(lists, displayName), displayName) };
}

/** Customer Match: the terms accepted, both consents granted, hashes only. */
function answerMembers(body: Fields, action: string, lists: Lists): SandboxAnswer {
  const { destinations, encoding, audienceMembers, termsOfService, validateOnly } = body;
  const members = listOf(audienceMembers).map(fieldsOf);
  const [audience] = listOf(destinations).map((one) => String(fieldsOf(one)['productDestinationId']));
  if (!audience || encoding !== 'HEX' || members.length === 0 || members.length > 10_000)
    return error(400, 'INVALID_ARGUMENT', 'There was a problem with the request.');
  if (action === 'ingest' && fieldsOf(termsOfService)['customerMatchTermsOfServiceStatus'] !== 'ACCEPTED')
    return error(403, 'PERMISSION_DENIED', 'CUSTOMER_MATCH_TERMS_NOT_ACCEPTED');
  const isWrong = ({ consent, userData }: Fields): boolean => {
    const { adUserData, adPersonalization } = fieldsOf(consent);
    const identifiers = listOf(fieldsOf(userData)['userIdentifiers']).map(fieldsOf);
    return (
      [adUserData, adPersonalization].some((word) => word !== 'CONSENT_GRANTED') ||
      identifiers.length === 0 ||
      identifiers.length > 10 ||
      identifiers.some(({ emailAddress, phoneNumber }) => !isHashed(emailAddress) || !isHashed(phoneNumber))
    );
  };
  const bad = members.flatMap((member, place) =>
    isWrong(member) ? [{ field: `audience_members[${place}]` }] : [],
  );
  if (bad.length > 0)
    return error(400, 'INVALID_ARGUMENT', 'There was a problem with the request.', [
      { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: bad },
    ]);
  for (const { userData } of validateOnly ? [] : members) {
    const key = JSON.stringify(fieldsOf(userData)['userIdentifiers']);
    if (action === 'ingest') lists.put(audience, key, userData);
    else lists.remove(audience, key);
  }
  return { status: 200, body: { requestId: crypto.randomUUID() } };
}

/** Still processing when it is asked for the first time, as the true one mostly is. */
function statusOf(request: { asked: number; duplicates: number[] }): object {
  request.asked += 1;
  const { asked, duplicates } = request;
  const reason = 'PROCESSING_ERROR_REASON_DUPLICATE_TRANSACTION_ID';
  const errorInfo = {
    errorCounts: [{ recordCount: String(duplicates.length), reason, recordIndices: duplicates }],
  };
  const status =
    asked < 2
      ? { requestStatus: 'PROCESSING' }
      : duplicates.length > 0
        ? { requestStatus: 'PARTIAL_SUCCESS', errorInfo }
        : { requestStatus: 'SUCCESS' };
  return { requestStatusPerDestination: [status] };
}

function isBad({
  eventTimestamp,
  transactionId,
  conversionValue,
  currency,
  adIdentifiers,
  userData,
}: Fields): boolean {
  const { gclid, gbraid, wbraid } = fieldsOf(adIdentifiers);
  const identifiers = listOf(fieldsOf(userData)['userIdentifiers']).map(fieldsOf);
  return (
    Number.isNaN(Date.parse(String(eventTimestamp))) ||
    typeof transactionId !== 'string' ||
    (gbraid !== undefined && wbraid !== undefined) ||
    (identifiers.length === 0 && gclid === undefined && gbraid === undefined && wbraid === undefined) ||
    identifiers.length > 10 ||
    identifiers.some(({ emailAddress, phoneNumber }) => !isHashed(emailAddress) || !isHashed(phoneNumber)) ||
    !isMoney(conversionValue, currency)
  );
}
