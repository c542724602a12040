import type { Problem } from '@tracklayer/core';
import { problemAt } from '@tracklayer/core/adapter';
import { endOfString } from './scan-json.ts';

/** The most faults that are reported for one message. */
const maxFaults = 10;

interface Frame {
  /** The keys seen, of an object; an array has none. */
  keys: Set<string> | undefined;
  isKeyNext: boolean;
  /** Where in this frame we are: the current key or index. */
  at: string | number;
}

/**
 * Finds what `JSON.parse` hides: repeated keys (the last one wins in silence), `__proto__`, and extreme depth. Only for
 * a text of which `scanJson` and `countKeys` have said that something is wrong: it is slower than they are.
 *
 * @param maxLevels - deeper is named and not looked at.
 */
export function findFaults(text: string, maxLevels: number): readonly Problem[] {
  const faults: Problem[] = [];
  const open: Frame[] = [];
  let beyond = 0;
  const report = (message: string, path: readonly Frame[], code?: Problem['code']): void => {
    if (faults.length < maxFaults)
      faults.push(problemAt(path.map(({ at }) => shown(at)).join('.'), message, code));
  };

  for (let i = 0; i < text.length; i++) {
    const frame = open.at(-1);
    switch (text[i]) {
      case '"': {
        const end = endOfString(text, i);
        if (frame?.keys && frame.isKeyNext && beyond === 0) {
          const key = readKey(text, i, end);
          frame.at = key;
          frame.isKeyNext = false;
          if (key === '__proto__') report('is not allowed as a key', open);
          if (frame.keys.has(key)) report('appears twice', open);
          frame.keys.add(key);
        }
        i = end;
        break;
      }
      case '{':
      case '[':
        if (open.length < maxLevels) {
          const keys = text[i] === '{' ? new Set<string>() : undefined;
          open.push({ keys, isKeyNext: true, at: keys ? '' : 0 });
        } else if (beyond++ === 0) report('is nested too deeply', open.slice(0, 2), 'too_deep');
        break;
      case '}':
      case ']':
        if (beyond > 0) beyond--;
        else open.pop();
        break;
      case ',':
        if (!frame || beyond > 0) break;
        if (frame.keys) frame.isKeyNext = true;
        else frame.at = Number(frame.at) + 1;
        break;
      default:
    }
  }
  return faults;
}

function readKey(text: string, start: number, end: number): string {
  const raw = text.slice(start + 1, end);
  return raw.includes('\\') ? String(JSON.parse(`"${raw}"`)) : raw;
}

/** A key is the caller's text and may be an address; only what looks like a field name is shown back (docs/wire.md W-7). */
const shown = (key: string | number): string =>
  /^(\d{1,3}|[a-z_]\w{0,63})$/i.test(String(key)) ? String(key) : '*';
