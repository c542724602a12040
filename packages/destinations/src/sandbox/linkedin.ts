import { madeLists, makeList, typesOfLists, type Lists } from './lists.ts';
import { fieldsOf, listOf, type Fields, type Platform, type SandboxAnswer } from './platform.ts';

const day = 86_400_000;

/** One bad element fails the whole batch, by its place. */
export const linkedin: Platform = {
  throttled: {
    status: 429,
    body: { status: 429, code: 'TOO_MANY_REQUESTS', message: 'Resource level throttle limit' },
  },
  unauthorized: {
    status: 401,
    body: {
      status: 401,
      serviceErrorCode: 65600,
      code: 'INVALID_ACCESS_TOKEN',
      message: 'Invalid access token',
    },
  },
  sunset: {
    status: 426,
    body: { status: 426, code: 'NONEXISTENT_VERSION', message: 'Requested version is not active' },
  },
  answer({ method, path, query, headers, json }, { ledger, lists, now, tokens }) {
    if (method === 'POST' && path === '/oauth/v2/accessToken')
      return { status: 200, body: tokens.issue(now()) };
    const [, segment, members] = /^\/rest\/dmpSegments\/([\w-]+)\/(users|companies)$/.exec(path) ?? [];
    const made = /^\/rest\/dmpSegments(?:\/([\w-]+))?$/.exec(path);
    if (made && /^Bearer \S+/.test(headers['authorization'] ?? '') && headers['linkedin-version'])
      return answerLists({ method, id: made[1], account: query.get('account') }, fieldsOf(json), lists);
    if (method !== 'POST' || (path !== '/rest/conversionEvents' && segment === undefined))
      return { status: 404, body: { status: 404, code: 'RESOURCE_NOT_FOUND', message: 'No such resource' } };
    const version = headers['linkedin-version'];
    if (!version)
      return {
        status: 400,
        body: { status: 400, code: 'VERSION_MISSING', message: 'A version must be present' },
      };
    if (version < '202512') return linkedin.sunset;
    if (!/^Bearer \S+/.test(headers['authorization'] ?? '')) return linkedin.unauthorized;
    if (headers['x-restli-protocol-version'] !== '2.0.0' || headers['x-restli-method'] !== 'BATCH_CREATE')
      return {
        status: 400,
        body: { status: 400, code: 'ILLEGAL_ARGUMENT', message: 'X-RestLi headers are wrong' },
      };
    const elements = listOf(fieldsOf(json)['elements']).map(fieldsOf);
    if (elements.length === 0 || elements.length > 5_000)
      return { status: 400, body: { status: 400, message: 'A batch has 1 to 5000 elements' } };
    if (segment !== undefined) return answerMembers(segment, members === 'companies', elements, lists);
    const bad = elements.flatMap((element, place) => (isBad(element, now()) ? [place] : []));
    if (bad.length > 0) {
      const message = `Incorrect conversions information provided, indices [${bad.join(', ')}] (0-indexed)`;
      return { status: 422, body: { status: 422, message } };
    }
    for (const element of elements)
      ledger.add(`${String(element['conversion'])}/${String(element['eventId'])}`, element);
    return { status: 200, body: { elements: elements.map(() => ({ status: 201 })) } };
  },
};

/** Members of a segment, each answered by itself. */
function answerMembers(
  segment: string,
  isOfCompanies: boolean,
  elements: readonly Fields[],
  lists: Lists,
): SandboxAnswer {
  const type = lists.of(typesOfLists).get(segment);
  if (type !== undefined && (type === 'COMPANY') !== isOfCompanies)
    return { status: 400, body: { status: 400, message: 'Segment is of another type' } };
  const statuses = elements.map(({ action, userIds, ...company }) => {
    const entry = isOfCompanies ? company : userIds;
    const isFine = isOfCompanies
      ? Boolean(company['companyName'] ?? company['companyWebsiteDomain'])
      : listOf(userIds).length > 0;
    if (!isFine || (action !== 'ADD' && action !== 'REMOVE')) return { status: 400 };
    if (action === 'ADD') lists.put(segment, JSON.stringify(entry), entry);
    else lists.remove(segment, JSON.stringify(entry));
    return { status: 201 };
  });
  return { status: 200, body: { elements: statuses } };
}

/** Segments of an account; the id of a new one stands in a header alone. */
function answerLists(
  { method, id, account }: { method: string; id: string | undefined; account: string | null },
  body: Fields,
  lists: Lists,
): SandboxAnswer {
  const shown = (key: string, name: unknown) => {
    const { size } = lists.of(key);
    return {
      id: key,
      name,
      type: lists.of(typesOfLists).get(key) ?? 'USER',
      destinations: [{ status: 'READY', audienceSize: size, matchedCount: size, inputCount: size }],
    };
  };
  if (method === 'GET' && id !== undefined) return { status: 200, body: shown(id, id) };
  const isAccount = (urn: unknown): boolean => /^urn:li:sponsoredAccount:\d+$/.test(String(urn));
  if (method === 'GET' && isAccount(account))
    return {
      status: 200,
      body: { elements: [...lists.of(madeLists)].map(([key, name]) => shown(key, name)) },
    };
  const { name, sourcePlatform, type } = body;
  if (
    method !== 'POST' ||
    !isAccount(body['account']) ||
    (type !== 'USER' && type !== 'COMPANY') ||
    !sourcePlatform ||
    typeof name !== 'string'
  )
    return {
      status: 400,
      body: { status: 400, message: 'A segment needs name, account, sourcePlatform and type' },
    };
  return { status: 201, headers: { 'x-restli-id': makeList(lists, name, type) }, body: '' };
}

function isBad(element: Fields, now: number): boolean {
  const { conversion, conversionHappenedAt: at, eventId, conversionValue } = element;
  const { userIds, userInfo } = fieldsOf(element['user']);
  const { amount, currencyCode } = fieldsOf(conversionValue);
  const ids = listOf(userIds).map(fieldsOf);
  return (
    !/^urn:lla:llaPartnerConversion:\w+$/.test(String(conversion)) ||
    !Number.isInteger(at) ||
    Number(at) < now - 90 * day ||
    typeof eventId !== 'string' ||
    eventId.length > 64 ||
    !Array.isArray(userIds) ||
    (ids.length === 0 && !userInfo) ||
    ids.some(({ idType, idValue }) => idType === 'SHA256_EMAIL' && !/^[0-9a-f]{64}$/.test(String(idValue))) ||
    (conversionValue !== undefined &&
      !(typeof amount === 'string' && /^\d+(\.\d+)?$/.test(amount) && currencyCode))
  );
}
