import type { Problem, ProblemCode } from '@tracklayer/core';

/** UTF-8 bytes of one message (docs/wire.md §7). */
const maxMessageBytes = 40_960;
/** Deeper is refused before any recursive code sees it. The contract's own 8 levels of `properties` are checked later. */
const maxDepth = 32;
/** What one message is told at most. */
const maxFaults = 10;

interface Frame {
  start: number;
  /** The keys seen, of an object; an array has none. */
  keys: Set<string> | undefined;
  isKeyNext: boolean;
  /** Where in this frame we are: the current key or index. */
  at: string | number;
}

/**
 * Finds what `JSON.parse` hides: repeated keys (the last one wins in silence), `__proto__`, extreme depth, and the
 * size of each message.
 *
 * @param text - JSON that `JSON.parse` has accepted, so its grammar needs no second check.
 * @returns faults by the message's place in `batch`; place `-1` is a message alone, or the batch around the messages.
 */
export function findFaults(text: string, isBatch: boolean): ReadonlyMap<number, readonly Problem[]> {
  const faults = new Map<number, Problem[]>();
  const open: Frame[] = [];
  let beyond = 0;

  const messageDepth = isBatch ? 2 : 0;
  const place = () => (isBatch && open[0]?.at === 'batch' ? Number(open[1]?.at ?? -1) : -1);
  const report = (message: string, path: readonly (string | number)[], code: ProblemCode = 'invalid') => {
    const found = faults.get(place()) ?? [];
    if (found.length < maxFaults) found.push({ path: path.map(shown).join('.'), message, code });
    faults.set(place(), found);
  };
  const path = () => open.slice(place() < 0 ? 0 : messageDepth).map((frame) => frame.at);

  for (let i = 0; i < text.length; i += 1) {
    const frame = open.at(-1);
    switch (text[i]) {
      case '"': {
        const end = endOfString(text, i);
        if (frame?.keys && frame.isKeyNext && beyond === 0) {
          const key = readKey(text, i, end);
          frame.at = key;
          frame.isKeyNext = false;
          if (key === '__proto__') report('is not allowed as a key', path());
          if (frame.keys.has(key)) report('is there twice', path());
          frame.keys.add(key);
        }
        i = end;
        break;
      }
      case '{':
      case '[':
        if (open.length < maxDepth) {
          const keys = text[i] === '{' ? new Set<string>() : undefined;
          open.push({ start: i, keys, isKeyNext: true, at: keys ? '' : 0 });
        } else {
          if (beyond === 0) report('is nested too deeply', path().slice(0, 2), 'too_deep');
          beyond += 1;
        }
        break;
      case '}':
      case ']':
        if (beyond > 0) beyond -= 1;
        else {
          const closed = open.pop();
          if (closed && open.length === messageDepth && isTooLong(text, closed.start, i + 1)) {
            report('is larger than 40 KiB', [], 'too_large');
          }
        }
        break;
      case ',':
        if (!frame || beyond > 0) break;
        if (frame.keys) frame.isKeyNext = true;
        else frame.at = Number(frame.at) + 1;
        break;
    }
  }
  return faults;
}

function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text[end - 1 - escapes] === '\\') escapes += 1;
    if (escapes % 2 === 0) return end;
  }
}

function readKey(text: string, start: number, end: number): string {
  const raw = text.slice(start + 1, end);
  return raw.includes('\\') ? String(JSON.parse(`"${raw}"`)) : raw;
}

function isTooLong(text: string, start: number, end: number): boolean {
  const length = end - start;
  if (length > maxMessageBytes) return true;
  return length * 3 > maxMessageBytes && Buffer.byteLength(text.slice(start, end)) > maxMessageBytes;
}

/** A key is the caller's text and may be an address; only what looks like a field name is shown back (docs/wire.md W-7). */
const shown = (key: string | number): string =>
  /^(\d{1,3}|[a-z_]\w{0,63})$/i.test(String(key)) ? String(key) : '*';
