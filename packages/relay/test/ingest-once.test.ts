import { afterAll, expect, test, vi } from 'vitest';
import { collectors, order } from './attacks/collectors.ts';

// Wrapped before anything is loaded that could keep the originals.
const { seen, watch, restore } = vi.hoisted(() => {
  const calls = { parsed: 0, stringified: 0 };
  const marker = 'ord_counted';
  const isCounting = { now: false };
  const { parse, stringify } = JSON;
  JSON.parse = (text: string, ...rest: unknown[]) => {
    if (isCounting.now && text.includes(marker) && text.includes('129.95')) calls.parsed++;
    return parse(text, ...(rest as [])) as unknown;
  };
  JSON.stringify = (...args: unknown[]) => {
    const text = stringify(...(args as [unknown]));
    if (isCounting.now && text?.includes(marker) && text.includes('129.95')) calls.stringified++;
    return text;
  };
  return { seen: calls, watch: isCounting, restore: () => Object.assign(JSON, { parse, stringify }) };
});
afterAll(restore);

test.each([
  ['alone', (body: object) => body],
  ['in a batch', (body: object) => ({ batch: [body], sent_at: new Date().toISOString() })],
])(
  'P-9 an event %s is parsed once by each server, and twice turned into text from the page to the store',
  async (_, wrap) => {
    const [, endpoint] = await collectors();
    const body = JSON.stringify(
      wrap(order('ord_counted', { context: { page: { url: 'https://shop.example.com/' } } })),
    );
    Object.assign(seen, { parsed: 0, stringified: 0 });
    watch.now = true;
    const answer = await endpoint!.post(body);
    watch.now = false;
    expect(await answer.text()).toContain('"accepted"');
    // The endpoint and the relay each parse what came over the wire; the endpoint's text is what it passes on, the
    // relay's is the row.
    expect(seen).toEqual({ parsed: 2, stringified: 2 });
  },
);
