import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashTraits, type JsonObject } from '@tracklayer/core';
import { createPhoneNormalizer } from '@tracklayer/node/phone';
import type { AcceptedEvent, KnownPerson } from '../src/index.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** An event as `vectors/shape.json` describes it. */
export interface VectorInput {
  event: string;
  event_id: string;
  occurred_at?: string | undefined;
  user_id?: string | undefined;
  anonymous_id?: string | undefined;
  properties?: JsonObject | undefined;
  user?: Record<string, unknown> | undefined;
  context?: Record<string, string> | undefined;
  consent?: AcceptedEvent['consent'];
}

export function vectorsOf<Vector>(file: string): Vector[] {
  const path = join(import.meta.dirname, 'vectors', `${file}.json`);
  return (JSON.parse(readFileSync(path, 'utf8')) as { vectors: Vector[] }).vectors;
}

const clickIds = ['gclid', 'gbraid', 'wbraid', 'fbclid', 'fbp', 'fbc', 'li_fat_id', 'ttclid'];

/** A vector's event as the relay accepts it. */
export function eventOf({ context = {}, ...event }: VectorInput): AcceptedEvent {
  const {
    action_source,
    ip,
    user_agent,
    page_url,
    referrer_url,
    ga_client_id,
    ga_session_id,
    app_instance_id,
  } = context;
  const made = {
    ...event,
    user: undefined,
    occurred_at: event.occurred_at ?? new Date(0).toISOString(),
    context: {
      action_source,
      ip,
      user_agent,
      page: { url: page_url, referrer: referrer_url },
      ga: { client_id: ga_client_id, session_id: ga_session_id },
      click_ids: Object.fromEntries(clickIds.map((name) => [name, context[name]])),
      ...(app_instance_id && { app_instance_id }),
    },
  };
  return JSON.parse(JSON.stringify(made)) as AcceptedEvent;
}

const names: Record<string, string> = { region: 'state', zip: 'postal_code', dob: 'date_of_birth' };

/** A vector's person, hashed as our clients hash (docs/wire.md W-18). Several addresses become several hashes. */
export function personOf(
  user: Record<string, unknown> = {},
  clearTraits: readonly string[] = [],
): KnownPerson & { traits: JsonObject } {
  const {
    emails = [],
    phones = [],
    ...one
  } = user as Record<string, string> & { emails?: string[]; phones?: string[] };
  const raw = Object.fromEntries(
    Object.entries(one).map(([name, value]) => [
      names[name] ?? name,
      typeof value === 'number' ? String(value) : value,
    ]),
  );
  const options = { sha256, clearTraits, normalizePhone: createPhoneNormalizer() };
  const traits: Record<string, unknown> = { ...hashTraits(raw, options).traits };
  const list = (field: string, texts: readonly string[]): void => {
    for (const text of texts)
      for (const [name, hash] of Object.entries(hashTraits({ [field]: text }, options).traits))
        traits[name] = [...((traits[name] as unknown[] | undefined) ?? []), hash];
  };
  list('email', emails);
  list('phone', phones);
  return { traits: traits as JsonObject };
}

/** The value at a dotted path; `undefined` where there is none. */
export function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((part, key) => (part as Record<string, unknown> | undefined)?.[key], value);
}
