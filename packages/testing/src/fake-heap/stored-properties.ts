const longestNameBytes = 512;
const longestValue = 1_024;

/** What Heap keeps of properties: text alone. Lists are joined; objects, `null` and `''` are dropped. */
export function storedProperties(properties: Readonly<Record<string, unknown>>): Record<string, string> {
  const stored: Record<string, string> = {};
  for (const [name, value] of Object.entries(properties)) {
    const text = Array.isArray(value) ? value.map(textOf).filter(Boolean).join('||') : textOf(value);
    if (text && byteLength(name) <= longestNameBytes) stored[name] = text.slice(0, longestValue);
  }
  return stored;
}

const textOf = (value: unknown): string =>
  ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : '';

/** UTF-8. */
export const byteLength = (text: string): number => new TextEncoder().encode(text).byteLength;
