import type { Change, Mirror } from './mirror.ts';
import type { DestinationAnswer, Reading } from './exchange.ts';
import { makingFields, problemOfMaking } from './list-answers.ts';
import { metaLists, type MetaAudience } from './meta-lists.ts';
import type { MetaSettings } from './meta-event.ts';
import { metaOutcome } from './meta-outcome.ts';
import { without } from './items.ts';
import { countryOf, hashesOf, type Person } from './person.ts';
import { jsonOf, wordOf } from './read-answer.ts';
import { refuse, type Mapped } from './refusal.ts';
import { sha256 } from './sha256.ts';

/** A row of `data`, by the names of the `schema`: EXTERN_ID in clear, everything else SHA-256. */
export interface MetaMember {
  EXTERN_ID?: string | undefined;
  EMAIL?: string | undefined;
  PHONE?: string | undefined;
  FN?: string | undefined;
  LN?: string | undefined;
  CT?: string | undefined;
  ST?: string | undefined;
  ZIP?: string | undefined;
  COUNTRY?: string | undefined;
  GEN?: string | undefined;
}

const version = 'v26.0';
const base = 'https://graph.facebook.com';
const columns = ['EXTERN_ID', 'EMAIL', 'PHONE', 'FN', 'LN', 'CT', 'ST', 'ZIP', 'COUNTRY', 'GEN'] as const;
const dayMs = 86_400_000;

/** Meta custom audiences (developers.facebook.com/docs/marketing-api/audiences). */
export const metaAudience: Mirror<MetaSettings, MetaAudience, MetaMember> = {
  title: 'Meta custom audiences',
  target: {
    audience: {
      kind: 'text',
      matches: /^\d+$/,
      hint: 'id of the custom audience, from Ads Manager',
    },
    ...makingFields,
    account: { kind: 'text', matches: /^(act_)?\d+$/, hint: 'with `create`: id of the ad account' },
  },
  problem: (target) =>
    problemOfMaking(target, target.audience, 'audience') ??
    (target.create && target.account === undefined
      ? '`account` is missing: id of the ad account that gets the list'
      : undefined),
  lists: metaLists,
  limits: { perRequest: 10_000, requestsPerMinute: 120, smallest: 100 },
  consent: ['ad_user_data', 'ad_personalization'],
  onChange: 'replace',
  map: mapToMember,
  request({ action, entries }, settings, { audience = '' }) {
    const schema = columns.filter((column) => entries.some((entry) => entry[column] !== undefined));
    return {
      method: action === 'add' ? 'POST' : 'DELETE',
      url: `${settings.endpoint ?? base}/${settings.version ?? version}/${audience}/users`,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${settings.token}` },
      body: JSON.stringify({
        payload: { schema, data: entries.map((entry) => schema.map((column) => entry[column] ?? '')) },
      }),
    };
  },
  read: readMembers,
};

function mapToMember({ traits, user_id }: Person): Mapped<MetaMember> {
  const country = countryOf(traits);
  const [EMAIL] = hashesOf(traits, 'email_sha256');
  const [PHONE] = hashesOf(traits, 'phone_sha256_digits');
  const one = (name: string): string | undefined => hashesOf(traits, name)[0];
  const [FN, LN] = [one('first_name_sha256'), one('last_name_sha256')];
  // An id of ours matches only where a pixel sent it, too; a name alone matches nobody.
  if (!EMAIL && !PHONE && !user_id?.trim()) return refuse('no_match_keys');
  return {
    payload: without({
      EXTERN_ID: user_id?.trim(),
      EMAIL,
      PHONE,
      FN,
      LN,
      CT: one('city_sha256'),
      ST: one('state_sha256'),
      ZIP: one('postal_code_sha256'),
      COUNTRY: country && sha256(country.toLowerCase()),
      GEN: one('gender_sha256'),
    }),
  };
}

function readMembers(answer: DestinationAnswer, { action, entries }: Change<MetaMember>): Reading {
  const body = jsonOf(answer);
  const { num_received: received, num_invalid_entries: invalid, session_id } = body ?? {};
  if (answer.status === 200 && typeof received === 'number') {
    if (received < entries.length)
      return { all: { class: 'retry', detail: `Meta received ${received} of ${entries.length}` } };
    const detail = Number(invalid) > 0 ? `Meta counts ${Number(invalid)} of them as invalid, not which` : '';
    return { all: { class: 'ok', ref: wordOf(session_id), ...(detail && { detail }) } };
  }
  const outcome = metaOutcome(answer);
  // A list that is too small refuses removals until it has grown.
  if (action === 'remove' && outcome.class === 'reject')
    return { all: { ...outcome, class: 'retry', afterMs: dayMs } };
  return { all: outcome };
}
