import {
  fieldsOf,
  isHashed,
  isMoney,
  listOf,
  type Fields,
  type Platform,
  type SandboxAnswer,
} from './platform.ts';

const says = (code: number, message: string): SandboxAnswer => ({
  status: 200,
  body: { code, message, request_id: crypto.randomUUID(), data: {} },
});

const oldestS = 7 * 86_400;

/** Always 200: the code in the body is the verdict. */
export const tiktok: Platform = {
  throttled: says(40100, 'Too many requests. Please retry in some time.'),
  unauthorized: says(40105, 'Access token is incorrect or has been revoked.'),
  sunset: { status: 404, body: 'this API version is not available' },
  answer({ method, path, headers, json }, { ledger, now }) {
    if (method !== 'POST' || path !== '/open_api/v1.3/event/track/') return tiktok.sunset;
    if (!headers['access-token']) return tiktok.unauthorized;
    const { event_source, event_source_id, data } = fieldsOf(json);
    const events = listOf(data).map(fieldsOf);
    if (
      event_source !== 'web' ||
      typeof event_source_id !== 'string' ||
      events.length === 0 ||
      events.length > 1_000
    )
      return says(40002, 'Invalid value for event_source, event_source_id or data.');
    const good = events.filter((event) => !isBad(event, now() / 1_000));
    for (const event of good)
      ledger.add(`${event_source_id}/${String(event['event'])}/${String(event['event_id'])}`, event);
    if (good.length === events.length) return says(0, 'OK');
    return good.length > 0 ? says(20001, 'Partial success.') : says(40002, 'Invalid event data.');
  },
};

function isBad({ event, event_id, event_time, user, properties }: Fields, now: number): boolean {
  const { email, phone, external_id } = fieldsOf(user);
  const { value, currency, contents } = fieldsOf(properties);
  return (
    typeof event !== 'string' ||
    typeof event_id !== 'string' ||
    !Number.isInteger(event_time) ||
    Number(event_time) < now - oldestS ||
    ![email, phone, external_id].every(isHashed) ||
    !isMoney(value, currency) ||
    listOf(contents).some((item) => typeof fieldsOf(item)['content_id'] !== 'string')
  );
}
