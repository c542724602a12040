// Writes docs/vocabulary.md and the docstrings of the vocabulary from its table and from meanings.ts:
// `node tools/vocabulary.ts && pnpm format`. test/vocabulary.test.ts fails while they are behind.
import { readFileSync, writeFileSync } from 'node:fs';
import {
  canonicalEvents,
  propertyTypes,
  type EventRow,
} from '../packages/core/src/contract/canonical-events.ts';
import { destinations, meaningOf, withEventDocs } from './event-docs.ts';

const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

const keyOf = (key: string): string =>
  key
    .split('|')
    .map((parts) => (parts ? `\`${parts}\`` : 'random'))
    .join(', else ');

function sectionOf(event: string, { required = [], key, priority = key ? 2 : 1 }: EventRow): string {
  const meaning = meaningOf(event);
  const elsewhere = Object.entries(destinations).map(
    ([name, title]) => `${title}: ${meaning[name as keyof typeof destinations]}`,
  );
  return `### ${event}

${meaning.what}

- Requires: ${required.length > 0 ? code(required) : 'nothing'}
- Key: ${key === undefined ? 'none, every capture counts' : keyOf(key)}
- Priority: ${priority}
- ${elsewhere.join(' · ')}
`;
}

/** The text of docs/vocabulary.md. */
export function vocabularyPage(): string {
  const named = Object.entries(propertyTypes);
  const properties = [...new Set(Object.values(propertyTypes))].map((type) => {
    const names = named.filter(([, other]) => other === type).map(([name]) => name);
    return `| ${type} | ${code(names)} |`;
  });
  return `# The vocabulary

<!-- Written by tools/vocabulary.ts; change the table in packages/core or tools/meanings.ts instead. -->

${Object.keys(canonicalEvents).length} events. Names are those that GA4 recommends; what Meta, LinkedIn and TikTok know beyond them has their meaning.
\`defineEvents\` adds events of your own and asks more of these.

"Requires" is what \`properties\` must hold, besides a person. "Key" makes the \`event_id\`
([W-6 and §8](wire.md)): the same order twice is one \`purchase\`. A dot joins the parts of a key, and an event with no key
gets a random id. Of alternatives, the first whose parts are there counts: send the same ones from page and backend, or
their copies get two ids. So identify before \`sign_up\` and \`complete_onboarding\`: without a \`user_id\` the page takes the
\`anonymous_id\`, which the backend's copy does not have. "Priority" says what goes first when a page that is left can not send everything: \`3\` money, \`2\` people and
leads, \`1\` steps on the way, \`0\` mere views. The last line says what the event is elsewhere: "custom" is its own name, "–" means not sent unless
asked for. Google Ads has no names: any event can be a conversion action there. Where a vendor has no equal event, the
nearest one is a proposal, as is everything under CRM.

## Properties

A property means the same in every event. Others travel as they are.

| Type | Properties |
| --- | --- |
${properties.join('\n')}

An id is text of 1 to 255 bytes of UTF-8 without control characters, or a whole number. An amount is a number in major units of \`currency\`: \`129.95\`. A
currency is ISO 4217; lower case is taken and written in upper case. Items have GA4's shape: \`item_id\` or \`item_name\`, \`price\`, \`quantity\`, and further
fields.

## Events

${Object.entries<EventRow>(canonicalEvents)
  .map(([event, row]) => sectionOf(event, row))
  .join('\n')}`;
}

if (import.meta.main) {
  writeFileSync(new URL('../docs/vocabulary.md', import.meta.url), vocabularyPage());
  const table = new URL('../packages/core/src/contract/canonical-events.ts', import.meta.url);
  writeFileSync(table, withEventDocs(readFileSync(table, 'utf8')));
}
