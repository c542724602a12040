import type { Access } from './exchange.ts';
import { countOf, factsOf, isTaken } from './list-answers.ts';
import type { ListCalls, ListFacts, MadeTarget } from './list-calls.ts';
import { byStatus, jsonOf, wordOf } from './read-answer.ts';

/** One DMP segment, of users or of companies. */
export interface LinkedInAudience extends MadeTarget {
  /** Its id. A new segment answers 404 for its first five seconds. */
  segment?: string | undefined;
  /** It holds companies, by the accounts of the audience. Default `false`: it holds people. */
  companies?: boolean | undefined;
  /** With `create`: the ad account. */
  account?: string | undefined;
  /** With `create`: the word that LinkedIn gave you with the access to its Audiences API. */
  sourcePlatform?: string | undefined;
}

export interface LinkedInAccount {
  token?: string | undefined;
  endpoint?: string | undefined;
  version?: string | undefined;
}

const version = '202609';
const base = 'https://api.linkedin.com';

export const linkedinUrl = ({ endpoint = base }: LinkedInAccount, path: string): string =>
  `${endpoint}/rest/${path}`;
export const linkedinHeaders = (settings: LinkedInAccount, access: Access) => ({
  'content-type': 'application/json',
  authorization: `Bearer ${access.token ?? settings.token}`,
  'LinkedIn-Version': settings.version ?? version,
  'X-Restli-Protocol-Version': '2.0.0',
});

const accountOf = ({ account = '' }: LinkedInAudience): string =>
  `urn:li:sponsoredAccount:${account.replace(/^urn:li:sponsoredAccount:/, '')}`;

/** DMP segments of an ad account. The match rate is of what was sent in the last seven days. */
export const linkedinLists: ListCalls<LinkedInAccount, LinkedInAudience> = {
  measure: {
    request: (settings, { segment = '' }, access) => ({
      method: 'GET',
      url: linkedinUrl(settings, `dmpSegments/${encodeURIComponent(segment)}`),
      headers: linkedinHeaders(settings, access),
    }),
    read: (answer) => factsOf(answer, readFacts),
  },
  making: {
    find: (_name, settings, target, access) => ({
      method: 'GET',
      url: linkedinUrl(settings, `dmpSegments?q=account&account=${encodeURIComponent(accountOf(target))}`),
      headers: linkedinHeaders(settings, access),
    }),
    readFound(answer, name, { companies }) {
      const elements = jsonOf(answer)?.['elements'];
      if (!isTaken(answer) || !Array.isArray(elements)) return { all: byStatus(answer) };
      const one = (elements as readonly Readonly<Record<string, unknown>>[]).find(
        (segment) => segment['name'] === name && (segment['type'] === 'COMPANY') === (companies === true),
      );
      return { found: one && { segment: wordOf(one['id']), ...(companies && { companies }) } };
    },
    create: (name, settings, target, access) => ({
      method: 'POST',
      url: linkedinUrl(settings, 'dmpSegments'),
      headers: linkedinHeaders(settings, access),
      body: JSON.stringify({
        name,
        account: accountOf(target),
        accessPolicy: 'PRIVATE',
        sourcePlatform: target.sourcePlatform,
        type: target.companies ? 'COMPANY' : 'USER',
        destinations: [{ destination: 'LINKEDIN' }],
      }),
    }),
    // The id stands in a header; the segment takes members after five seconds anyway.
    readMade: (answer) => (isTaken(answer) ? { made: undefined } : { all: byStatus(answer) }),
  },
};

/** Counts stand in the segment, or in its destination. */
function readFacts(body: Readonly<Record<string, unknown>>): ListFacts {
  const [first] = [body['destinations']].flat() as (Readonly<Record<string, unknown>> | undefined)[];
  const of = (name: string): unknown => first?.[name] ?? body[name];
  const [matched, input] = [countOf(of('matchedCount')), countOf(of('inputCount'))];
  return {
    size: countOf(of('audienceSize')),
    ...(matched !== undefined &&
      input !== undefined &&
      input > 0 && {
        match_rate: Math.min(100, Math.round((matched / input) * 100)),
      }),
    state: wordOf(of('status')) || undefined,
  };
}
