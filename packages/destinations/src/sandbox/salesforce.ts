import { fieldsOf, listOf, type Fields, type Platform, type SandboxAnswer } from './platform.ts';

const error = (status: number, errorCode: string, message: string): SandboxAnswer => ({
  status,
  body: [{ errorCode, message }],
});

/** Row by row: 200 with a word for each. */
export const salesforce: Platform = {
  throttled: error(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.'),
  // Its limit is a day's.
  instead: { throttled: error(503, 'SERVER_UNAVAILABLE', 'Server too busy') },
  unauthorized: error(401, 'INVALID_SESSION_ID', 'Session expired or invalid'),
  sunset: error(410, 'UNSUPPORTED_API_VERSION', 'This version is retired'),
  answer({ method, path, headers, text, json }, { ledger, tokens, now }) {
    if (method === 'POST' && path === '/services/oauth2/token') {
      const grant = new URLSearchParams(text);
      const isGood = Boolean(grant.get('client_secret') ?? grant.get('assertion'));
      return isGood
        ? { status: 200, body: tokens.issue(now()) }
        : { status: 400, body: { error: 'invalid_grant', error_description: 'authentication failure' } };
    }
    if (!tokens.isValid(headers['authorization'], now())) return salesforce.unauthorized;
    const [, version = '', object = '', externalId = ''] =
      /^\/services\/data\/v(\d+)\.0\/composite\/sobjects\/(\w+)\/(\w+)$/.exec(path) ?? [];
    if (method !== 'PATCH' || !object)
      return error(404, 'NOT_FOUND', 'The requested resource does not exist');
    if (Number(version) < 31) return salesforce.sunset;
    const records = listOf(fieldsOf(json)['records']).map(fieldsOf);
    if (records.length === 0 || records.length > 200)
      return error(400, 'INVALID_INPUT', 'records must have 1 to 200 elements');
    const ids = records.map((record) => record[externalId]);
    const body = records.map((record) => {
      if (ids.indexOf(record[externalId]) !== ids.lastIndexOf(record[externalId])) {
        const message = `Duplicate external id specified: ${String(record[externalId])}`;
        return { success: false, errors: [{ statusCode: 'DUPLICATE_VALUE', message, fields: [externalId] }] };
      }
      const missing = missingOf(object, externalId, record);
      if (missing.length > 0) {
        const message = `Required fields are missing: [${missing.join(', ')}]`;
        return {
          success: false,
          errors: [{ statusCode: 'REQUIRED_FIELD_MISSING', message, fields: missing }],
        };
      }
      const created = ledger.add(`${object}/${String(record[externalId])}`, record);
      return { id: `00Q${ledger.entries().length}`, success: true, created, errors: [] };
    });
    return { status: 200, body };
  },
};

function missingOf(object: string, externalId: string, record: Fields): string[] {
  const required = [externalId, ...(object === 'Lead' ? ['LastName', 'Company'] : [])];
  return required.filter((name) => record[name] === undefined || record[name] === '');
}
