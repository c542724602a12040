import { expect, test } from 'vitest';
import type { JsonObject } from '@tracklayer/core';
import { destinations, mapEvent, type AnyDestination, type CommonSettings } from '../src/index.ts';
import { at, personOf, vectorsOf } from './read-vector.ts';

interface Form {
  sha256?: string;
  plain?: unknown;
  omit?: boolean;
  preferred?: { sha256: string };
  also_accept?: { sha256: string }[];
}
interface Vector {
  id: string;
  field: string;
  raw: string | number;
  context?: { country?: string };
  expect: Record<'meta' | 'google' | 'linkedin' | 'tiktok', Form | undefined>;
  note?: string;
}

const clear = ['first_name', 'last_name', 'postal_code'];
const clickIds = new Set(['fbp', 'gbraid']);
const meta: Record<string, string> = {
  email: 'em.0',
  phone: 'ph.0',
  first_name: 'fn.0',
  last_name: 'ln.0',
  city: 'ct.0',
  state: 'st.0',
  country: 'country.0',
  gender: 'ge.0',
  dob: 'db.0',
  external_id: 'external_id.0',
  fbp: 'fbp',
  client_user_agent: 'client_user_agent',
  fb_login_id: 'fb_login_id',
  ctwa_clid: 'ctwa_clid',
};
const google: Record<string, string> = {
  email: 'userData.userIdentifiers.0.emailAddress',
  phone: 'userData.userIdentifiers.0.phoneNumber',
  first_name: 'userData.userIdentifiers.0.address.givenName',
  last_name: 'userData.userIdentifiers.0.address.familyName',
  zip: 'userData.userIdentifiers.0.address.postalCode',
  country: 'userData.userIdentifiers.0.address.regionCode',
  gbraid: 'adIdentifiers.gbraid',
};
const paths = {
  meta: (field: string) => `user_data.${meta[field]}`,
  google: (field: string) => google[field] ?? '',
  linkedin: () => 'elements.0.user.userIds.0.idValue',
  tiktok: (field: string) => `user.${field}.0`,
};
const settings = {
  consent: { unknown: 'granted' },
  dataset: '1',
  pixel: 'P',
  token: 't',
  account: '1',
  conversionActions: { login: '1' },
  rules: { login: '1' },
} as CommonSettings;

const cases = vectorsOf<Vector>('normalization').flatMap((vector) =>
  (['meta', 'google', 'linkedin', 'tiktok'] as const).flatMap((platform) => {
    const form = vector.expect[platform];
    return form ? [{ id: vector.id, platform, vector, form }] : [];
  }),
);

test.each(cases)('$id reaches $platform in its own form', ({ platform, vector, form }) => {
  const { field, raw, context = {} } = vector;
  // What Google takes together, and a second identity so that a left-out one is not the only one.
  const address = { first_name: 'a', last_name: 'b', postal_code: '1', country: 'US', ...context };
  const isAddress = platform === 'google' && google[field]?.includes('address');
  const user = {
    ...(isAddress ? address : context),
    ...(!clickIds.has(field) && field !== 'external_id' && { [field]: raw }),
  };
  const event = {
    event: 'login',
    event_id: 'login_1',
    occurred_at: '2026-11-20T10:00:00.000Z',
    user_id: field === 'external_id' ? String(raw) : 'cust_2048',
    context: {
      ...(clickIds.has(field) && { click_ids: { [field]: String(raw) } }),
      ...(field === 'client_user_agent' && { user_agent: String(raw) }),
    },
  };
  const { traits } = personOf(user, clear);
  const known = { traits: { ...traits, ...kept(vector) } as JsonObject };
  const destination: AnyDestination = destinations[platform];
  const mapped = mapEvent(
    destination,
    event,
    known,
    { ...settings, events: { login: 'login' } },
    { now: Date.parse(event.occurred_at) },
  );
  const got = 'payload' in mapped ? at(mapped.payload, paths[platform](field)) : undefined;
  const mayBeOmitted = form.omit || vector.note?.includes('omitting is acceptable');
  const also = form.also_accept?.map(({ sha256 }) => sha256) ?? [];
  const right = [form.sha256, form.plain, form.preferred?.sha256, ...also].filter(
    (value) => value !== undefined,
  );
  expect([...right, ...(mayBeOmitted ? [undefined] : [])]).toContain(got);
});

/** Ids that travel as they are. */
const kept = ({ field, raw }: Vector): Record<string, unknown> =>
  field === 'fb_login_id' || field === 'ctwa_clid' ? { [field]: raw } : {};
