import type { DestinationAnswer, Reading } from './exchange.ts';
import { readLinkedInBatch } from './linkedin-answers.ts';
import type { Change, Mirror } from './mirror.ts';
import { hashesOf, textOf, type Person } from './person.ts';
import { refuse, type Mapped } from './refusal.ts';

/** One DMP segment of users. */
export interface LinkedInAudience {
  /** Its id. A new segment answers 404 for its first five seconds. */
  segment: string;
}

/** What LinkedIn matches a member by. */
export interface LinkedInMember {
  userIds: readonly { idType: string; idValue: string }[];
}

interface Account {
  token?: string | undefined;
  endpoint?: string | undefined;
  version?: string | undefined;
}

const version = '202609';
const base = 'https://api.linkedin.com';

/** LinkedIn DMP segments (learn.microsoft.com/linkedin/marketing/matched-audiences). */
export const linkedinAudience: Mirror<Account, LinkedInAudience, LinkedInMember> = {
  title: 'LinkedIn DMP segments',
  target: {
    segment: { kind: 'text', required: true, matches: /^[\w-]+$/, hint: 'id of the DMP segment' },
  },
  limits: { perRequest: 5_000, requestsPerMinute: 300, smallest: 300 },
  consent: ['ad_user_data', 'ad_personalization'],
  onChange: 'replace',
  map: mapToMember,
  request({ action, entries }, settings, { segment }, access) {
    return {
      method: 'POST',
      url: `${settings.endpoint ?? base}/rest/dmpSegments/${encodeURIComponent(segment)}/users`,
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${access.token ?? settings.token}`,
        'LinkedIn-Version': settings.version ?? version,
        'X-Restli-Protocol-Version': '2.0.0',
        'X-RestLi-Method': 'BATCH_CREATE',
      },
      body: JSON.stringify({
        elements: entries.map(({ userIds }) => ({ action: action === 'add' ? 'ADD' : 'REMOVE', userIds })),
      }),
    };
  },
  read: (answer: DestinationAnswer, { entries }: Change<LinkedInMember>): Reading =>
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
