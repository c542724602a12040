// The docstrings of the vocabulary's rows, made from meanings.ts: what a reader sees who points at an event.
import { meanings, type Meaning } from './meanings.ts';

/** Titles of the destinations that are told, in their order. */
export const destinations = {
  meta: 'Meta',
  ga4: 'GA4',
  linkedin: 'LinkedIn',
  tiktok: 'TikTok',
  segment: 'Segment',
  crm: 'CRM',
} as const satisfies Partial<Record<keyof Meaning, string>>;

export function meaningOf(event: string): Meaning {
  const meaning = meanings[event];
  if (!meaning) throw new Error(`tools/meanings.ts says nothing of ${event}`);
  return meaning;
}

/** `purchase`: "An order was paid or placed. Meta: Purchase · GA4: purchase · …"; where it is not sent is left out. */
export function eventDoc(event: string): string {
  const meaning = meaningOf(event);
  const sent = Object.entries(destinations)
    .map(([name, title]) => ({ title, there: meaning[name as keyof typeof destinations] }))
    .filter(({ there }) => there !== '–')
    .map(({ title, there }) => `${title}: ${there}`);
  return `${meaning.what} ${sent.join(' · ')}`;
}

const longestLine = 110;

function docstring(text: string): string {
  const short = `  /** ${text} */`;
  if (short.length <= longestLine) return `${short}\n`;
  const lines = ['   *'];
  for (const word of text.split(' ')) {
    if (`${lines.at(-1)} ${word}`.length > longestLine) lines.push('   *');
    lines.push(`${lines.pop()} ${word}`);
  }
  return ['  /**', ...lines, '   */', ''].join('\n');
}

/** The source of canonical-events.ts with the docstrings of its rows as meanings.ts has them. */
export function withEventDocs(source: string): string {
  return source.replace(/^export const canonicalEvents = \{\n[^]*?^\} as const/m, (table) =>
    table
      .replaceAll(/^ {2}\/\*\*[^]*?\*\/\n/gm, '')
      .replaceAll(/^ {2}(\w+): /gm, (row, event: string) => docstring(eventDoc(event)) + row),
  );
}
