import { countOf, factsOf, isTaken } from './list-answers.ts';
import type { ListCalls, MadeTarget } from './list-calls.ts';
import type { MetaSettings } from './meta-event.ts';
import { metaOutcome } from './meta-outcome.ts';
import { jsonOf, wordOf } from './read-answer.ts';

/** One custom audience. */
export interface MetaAudience extends MadeTarget {
  /** Its id, from Audiences in Ads Manager. */
  audience?: string | undefined;
  /** With `create`: the ad account. */
  account?: string | undefined;
}

const version = 'v26.0';
const base = 'https://graph.facebook.com';
const urlOf = (settings: MetaSettings, path: string): string =>
  `${settings.endpoint ?? base}/${settings.version ?? version}/${path}`;
const headersOf = ({ token }: MetaSettings) => ({
  'content-type': 'application/json',
  authorization: `Bearer ${token}`,
});
const accountOf = ({ account = '' }: MetaAudience): string => `act_${account.replace(/^act_/, '')}`;

/** Custom audiences of an ad account. Meta tells an estimate of a list's size, and no match rate. */
export const metaLists: ListCalls<MetaSettings, MetaAudience> = {
  measure: {
    request: (settings, { audience = '' }) => ({
      method: 'GET',
      url: urlOf(
        settings,
        `${audience}?fields=approximate_count_lower_bound,operation_status,delivery_status`,
      ),
      headers: headersOf(settings),
    }),
    read: (answer) =>
      factsOf(
        answer,
        ({ approximate_count_lower_bound, operation_status, delivery_status }) => ({
          // -1 while Meta does not know.
          size: countOf(approximate_count_lower_bound),
          state: descriptionOf(operation_status) ?? descriptionOf(delivery_status),
        }),
        metaOutcome,
      ),
  },
  making: {
    find: (_name, settings, target) => ({
      method: 'GET',
      url: urlOf(settings, `${accountOf(target)}/customaudiences?fields=id,name&limit=5000`),
      headers: headersOf(settings),
    }),
    readFound(answer, name) {
      const data = jsonOf(answer)?.['data'];
      if (!isTaken(answer) || !Array.isArray(data)) return { all: metaOutcome(answer) };
      const one = (data as readonly Readonly<Record<string, unknown>>[]).find(
        (list) => list['name'] === name,
      );
      return { found: one && { audience: wordOf(one['id']) } };
    },
    create: (name, settings, target) => ({
      method: 'POST',
      url: urlOf(settings, `${accountOf(target)}/customaudiences`),
      headers: headersOf(settings),
      body: JSON.stringify({ name, subtype: 'CUSTOM', customer_file_source: 'USER_PROVIDED_ONLY' }),
    }),
    readMade(answer) {
      const id = wordOf(jsonOf(answer)?.['id']);
      return isTaken(answer) && id ? { made: { audience: id } } : { all: metaOutcome(answer) };
    },
  },
};

function descriptionOf(status: unknown): string | undefined {
  const text = (status as { description?: unknown } | undefined)?.description;
  return typeof text === 'string' ? text.slice(0, 200) : undefined;
}
