import type { RelayRequest } from '../test-relay/recording.ts';

/** A personal value in a request: where, and what it looks like. Never the value itself. */
export interface Leak {
  /** Which request, from 1. */
  request: number;
  /** `properties.note`, `url`, `headers.referer`. */
  path: string;
  looksLike: 'a given value' | 'an e-mail address' | 'a phone number';
}

const email = /[\w.%+-]+@[\w-]+(\.[\w-]+)*\.[a-z]{2,}/i;
// Not a time, an id or a part of a longer number: `+49 151 2345678`, `(555) 123-4567`, `555-123-4567`.
const phone =
  /(?<![\w.:+-])(\+\d[\d ().-]{6,18}\d|\(\d{3}\) ?\d{3}[ .-]\d{4}|\d{3}[ .-]\d{3}[ .-]\d{4})(?![\w:-])/;

/** Finds the given values, and texts shaped like an e-mail address or a phone number, anywhere in any request. */
export function findLeaks(requests: readonly RelayRequest[], values: readonly string[]): Leak[] {
  const given = values.map(plain).filter((value) => value !== '');
  const leaks = requests.flatMap((request, place) =>
    textsOf(request).flatMap(({ path, text }) => {
      const looksLike = looksPersonal(text, given);
      return looksLike ? [{ request: place + 1, path, looksLike }] : [];
    }),
  );
  return leaks;
}

function looksPersonal(text: string, given: readonly string[]): Leak['looksLike'] | undefined {
  const decoded = decode(text);
  for (const form of [text, decoded]) {
    if (given.some((value) => plain(form).includes(value))) return 'a given value';
    if (email.test(form)) return 'an e-mail address';
    if (phone.test(form)) return 'a phone number';
  }
  return undefined;
}

/** Without case, and without what people put between digits, so that `+49 151 23` is found as `+4915123`. */
const plain = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replaceAll(/(?<=[\d)+])[ ().-]+(?=[\d(])/g, '');

/** Every text of a request: its address, headers, and each name and value of its body. */
function textsOf({ kind, url, headers, text, messages }: RelayRequest): { path: string; text: string }[] {
  return [
    { path: 'url', text: url },
    ...Object.entries(headers)
      // The client's own key and id of the request are no one's data.
      .filter(([name]) => name !== 'authorization' && name !== 'idempotency-key')
      .map(([name, value]) => ({ path: `headers.${name}`, text: value })),
    ...(kind === 'sightings' || messages.length > 0
      ? leavesOf(readJson(text), '')
      : [{ path: 'body', text }]),
  ];
}

function leavesOf(value: unknown, path: string): { path: string; text: string }[] {
  if (typeof value === 'string' || typeof value === 'number') return [{ path, text: String(value) }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    // A name may be personal too, and is then not shown.
    const isShown = /^\w{1,64}$/.test(name);
    const at = [path, isShown ? name : '*'].filter(Boolean).join('.');
    return [...(isShown ? [] : [{ path: at, text: name }]), ...leavesOf(inner, at)];
  });
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
