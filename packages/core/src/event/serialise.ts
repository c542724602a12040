import type { ConsentSnapshot, EventContext } from './event.ts';

/** A message before it is text: `properties` and `traits` are JSON already. */
export interface Fields {
  event?: string | undefined;
  event_id: string;
  user_id?: string | undefined;
  anonymous_id?: string | undefined;
  account_id?: string | undefined;
  properties?: string | undefined;
  traits?: string | undefined;
  source?: string | undefined;
  occurred_at: string;
  context?: EventContext | undefined;
  consent?: ConsentSnapshot | undefined;
}

// Most ids need no escapes, and a test is cheaper than a call of JSON.stringify.
const plain = /^[\w.:@-]*$/;
const quote = (text: string): string => (plain.test(text) ? `"${text}"` : JSON.stringify(text));

/** The message as JSON, in the order of docs/wire.md W-10, built once and never parsed again on our side. */
export function serialise(fields: Fields): string {
  let json = fields.event === undefined ? '{' : `{"event":"${fields.event}",`;
  json += `"event_id":"${fields.event_id}"`;
  if (fields.user_id !== undefined) json += `,"user_id":${quote(fields.user_id)}`;
  if (fields.anonymous_id !== undefined) json += `,"anonymous_id":${quote(fields.anonymous_id)}`;
  if (fields.account_id !== undefined) json += `,"account_id":${quote(fields.account_id)}`;
  if (fields.properties !== undefined) json += `,"properties":${fields.properties}`;
  if (fields.traits !== undefined) json += `,"traits":${fields.traits}`;
  if (fields.source !== undefined) json += `,"source":${quote(fields.source)}`;
  json += `,"occurred_at":"${fields.occurred_at}"`;
  if (fields.context !== undefined) json += `,"context":${JSON.stringify(fields.context)}`;
  return fields.consent === undefined ? `${json}}` : withConsent(`${json}}`, fields.consent);
}

/** Adds what the person decided to a message that waited for it. */
export const withConsent = (json: string, consent: ConsentSnapshot): string =>
  `${json.slice(0, -1)},"consent":${JSON.stringify(consent)}}`;
