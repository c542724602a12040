import type { JsonObject } from '@tracklayer/core';
import type { DestinationAnswer, Reading } from './exchange.ts';
import { readLinkedInBatch } from './linkedin-answers.ts';
import {
  linkedinHeaders,
  linkedinLists,
  linkedinUrl,
  type LinkedInAccount,
  type LinkedInAudience,
} from './linkedin-lists.ts';
import { makingFields, problemOfMaking } from './list-answers.ts';
import type { Change, Mirror } from './mirror.ts';
import { hashesOf, textOf, type Person } from './person.ts';
import { refuse, type Mapped } from './refusal.ts';

/** What LinkedIn matches a member by. */
export interface LinkedInMember {
  userIds: readonly { idType: string; idValue: string }[];
}

/** What LinkedIn matches a company by: at least one of the two. */
export interface LinkedInCompany {
  companyName?: string;
  companyWebsiteDomain?: string;
}

/** LinkedIn DMP segments (learn.microsoft.com/linkedin/marketing/matched-audiences). */
export const linkedinAudience: Mirror<LinkedInAccount, LinkedInAudience, LinkedInMember | LinkedInCompany> = {
  title: 'LinkedIn DMP segments',
  target: {
    segment: { kind: 'text', matches: /^[\w-]+$/, hint: 'id of the DMP segment' },
    companies: { kind: 'flag', hint: 'true for a segment of companies, by the accounts of the audience' },
    ...makingFields,
    account: {
      kind: 'text',
      matches: /^(urn:li:sponsoredAccount:)?\d+$/,
      hint: 'with `create`: id of the ad account',
    },
    sourcePlatform: {
      kind: 'text',
      matches: /^\w+$/,
      hint: 'with `create`: the word that LinkedIn gave you',
    },
  },
  problem: (target) =>
    problemOfMaking(target, target.segment, 'segment') ??
    (target.create && !(target.account && target.sourcePlatform)
      ? '`account` or `sourcePlatform` is missing: whose segment is made, and as whose'
      : undefined),
  lists: linkedinLists,
  limits: { perRequest: 5_000, requestsPerMinute: 300, smallest: 300 },
  consent: ['ad_user_data', 'ad_personalization'],
  onChange: 'replace',
  map: mapToMember,
  companies: { isList: ({ companies = false }) => companies, map: mapToCompany },
  request({ action, entries }, settings, { segment = '', companies = false }, access) {
    const members = companies ? 'companies' : 'users';
    return {
      method: 'POST',
      url: linkedinUrl(settings, `dmpSegments/${encodeURIComponent(segment)}/${members}`),
      headers: { ...linkedinHeaders(settings, access), 'X-RestLi-Method': 'BATCH_CREATE' },
      body: JSON.stringify({
        elements: entries.map((entry) => ({ action: action === 'add' ? 'ADD' : 'REMOVE', ...entry })),
      }),
    };
  },
  read: (answer: DestinationAnswer, { entries }: Change<object>): Reading =>
    readLinkedInBatch(
      answer,
      entries.map((_, place) => place),
      entries.length,
    ),
};

function mapToMember({ traits }: Person): Mapped<LinkedInMember> {
  const device = textOf(traits, 'google_aid');
  const userIds = [
    ...hashesOf(traits, 'email_sha256').map((idValue) => ({ idType: 'SHA256_EMAIL', idValue })),
    ...(device ? [{ idType: 'GOOGLE_AID', idValue: device }] : []),
  ];
  return userIds.length > 0 ? { payload: { userIds } } : refuse('no_match_keys');
}

const domain = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/;

/** `https://www.Acme.com/about` is `acme.com`; nothing for what is not a domain. */
function domainOf(text: string | undefined): string | undefined {
  const host = text
    ?.toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/^www\./, '')
    .replace(/[/?#:].*$/, '');
  return host !== undefined && domain.test(host) ? host : undefined;
}

function mapToCompany(traits: JsonObject): Mapped<LinkedInCompany> {
  const companyName = textOf(traits, 'company');
  const companyWebsiteDomain = domainOf(textOf(traits, 'company_domain'));
  if (companyName === undefined && companyWebsiteDomain === undefined)
    return refuse('no_match_keys', ['company', 'company_domain'], 'say one of them of the account');
  return {
    payload: {
      ...(companyName !== undefined && { companyName }),
      ...(companyWebsiteDomain !== undefined && { companyWebsiteDomain }),
    },
  };
}
