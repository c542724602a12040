import type { JsonObject } from '@tracklayer/core';
import type { Destination, DestinationAnswer, DestinationRequest, Reading } from './destination.ts';
import { without } from './items.ts';
import { problemOfHost } from './public-host.ts';
import { byStatus } from './read-answer.ts';
import type { CommonSettings } from './settings.ts';
import { hmacSha256 } from './sha256.ts';

export interface WebhookSettings extends CommonSettings<WebhookBody> {
  /** Where events are posted to, by https. */
  url: string;
  /** Signs every request; `verifyWebhook` of `@tracklayer/node` checks it. */
  secret: string;
  /** Lets `url` be http, or lead into a private network. Default `false`. */
  allowPrivate?: boolean | undefined;
}

/** What a webhook gets: the event as it was accepted, and what is known of its person. */
export interface WebhookBody {
  type: 'event';
  event: JsonObject;
  person: JsonObject;
}

/** A server of yours: one signed POST for each event. */
export const webhook: Destination<WebhookSettings, WebhookBody> = {
  type: 'webhook',
  title: 'Signed webhook',
  api: { version: '1' },
  settings: {
    url: { kind: 'text', required: true, matches: /^https?:\/\/\S+$/, hint: 'where events are posted to' },
    secret: {
      kind: 'secret',
      required: true,
      matches: /^.{16,}$/,
      hint: 'signs requests; 16 characters at least',
    },
    allowPrivate: { kind: 'flag', hint: 'lets url be http, or lead into a private network' },
  },
  problem: ({ url, allowPrivate = false }) => {
    const problem = allowPrivate ? undefined : problemOfHost(url);
    return problem && `\`url\` ${problem}`;
  },
  limits: { perRequest: 1 },
  isPublicOnly: ({ allowPrivate = false }) => !allowPrivate,
  consent: [],
  deduplicates: 'yours to do, by event.event_id',
  keeps: () => 'what your server was sent: let it forget the person, too',
  events: 'all',
  map(event, person) {
    const { event: name, event_id, occurred_at, properties, context, account_id, source } = event;
    const { user_id, anonymous_id, traits, consent } = person;
    return {
      payload: {
        type: 'event',
        event: without({
          event: name,
          event_id,
          occurred_at,
          user_id,
          anonymous_id,
          account_id,
          source,
          properties,
          context: { ...context } as JsonObject,
        }),
        person: { traits, consent: { ...consent } },
      },
    };
  },
  request: ([payload], settings, { now }) => payload && signedPost(payload, settings, now),
  read: readWebhook,
};

/** A POST of JSON that its receiver can check with `verifyWebhook` of `@tracklayer/node`. */
export function signedPost(
  content: object,
  { url, secret }: Pick<WebhookSettings, 'url' | 'secret'>,
  now: number,
): DestinationRequest {
  const body = JSON.stringify(content);
  return {
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', ...webhookSignature(secret, body, now) },
    body,
  };
}

/** The header that proves time and body: `t=<seconds>,v1=<HMAC-SHA256 of "<seconds>.<body>", hex>`. */
export function webhookSignature(
  secret: string,
  body: string,
  now: number,
): { 'tracklayer-signature': string } {
  const seconds = Math.floor(now / 1_000);
  return { 'tracklayer-signature': `t=${seconds},v1=${hmacSha256(secret, `${seconds}.${body}`)}` };
}

function readWebhook(answer: DestinationAnswer): Reading {
  const isTaken = answer.status >= 200 && answer.status < 300;
  return { all: isTaken ? { class: 'ok' } : byStatus(answer) };
}
