import { maxBatchEvents } from '@tracklayer/core/adapter';

/** A part of a text. */
export interface Place {
  start: number;
  end: number;
}

/** A message's place in the text of its request. */
export interface Span extends Place {
  /** Levels around it. */
  depth: number;
  /** Keys of all its objects. */
  keys: number;
  /** Something in it is nested deeper than was asked. */
  isDeep: boolean;
}

/** What is known of a JSON text without parsing it. */
export interface ScannedJson {
  /** The whole text as one message, batch and all. */
  whole: Span;
  /** The elements of the top object's `batch` by their place; primitives have no span. */
  batch: readonly (Span | undefined)[] | undefined;
  /** More elements than any batch may have; scanning stopped there. */
  isTooLong: boolean;
  /** Brackets that do not close: it is not JSON. */
  isOpen: boolean;
  /** The values that are nested deeper than was asked. */
  deep: readonly Place[];
}

/** The contract's 8 levels of `properties` inside an event inside a batch, and some more to say so politely. */
export const maxNesting = 32;

/**
 * Reads a text once, before `JSON.parse` sees it: how deep it goes, where its messages are, and how many keys each has.
 * For JSON the result is right; for other text it is bounded and harmless, and `JSON.parse` refuses that text.
 */
export function scanJson(text: string, maxLevels: number): ScannedJson {
  const whole: Span = { start: 0, end: text.length, depth: 0, keys: 0, isDeep: false };
  const deep: Place[] = [];
  let batch: (Span | undefined)[] | undefined;
  let message: Span | undefined;
  let place = 0;
  let depth = 0;
  let deepFrom = 0;
  /** Of the last string at depth 1: whether it is `"batch"`. */
  let isBatchKey = false;
  let isInBatch = false;

  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 34: {
        const end = endOfString(text, i);
        if (depth === 1) isBatchKey = end === i + 6 && text.startsWith('"batch"', i);
        i = end;
        break;
      }
      case 58: // :
        if (message) message.keys++;
        else whole.keys++;
        break;
      case 44: // ,
        if (isInBatch && depth === 2 && ++place >= maxBatchEvents) {
          return { whole, batch, deep, isTooLong: true, isOpen: false };
        }
        break;
      case 91: // [
      case 123: // {
        if (depth === 1 && isBatchKey) {
          isInBatch = true;
          place = 0;
          batch = [];
        } else if (isInBatch && depth === 2) {
          message = batch![place] = { start: i, end: i, depth, keys: 0, isDeep: false };
        }
        if (++depth === maxLevels + 1) deepFrom = i;
        break;
      case 93: // ]
      case 125: // }
        if (depth-- === maxLevels + 1) {
          deep.push({ start: deepFrom, end: i + 1 });
          (message ?? whole).isDeep = true;
        } else if (depth === 2 && message) {
          message.end = i + 1;
          message = undefined;
        } else if (depth === 1) {
          isInBatch = false;
          isBatchKey = false;
        }
        break;
      default:
    }
  }
  return { whole, batch, deep, isTooLong: false, isOpen: depth > 0 };
}

/** The place of the quote that closes a string. */
export function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === 92) escapes++;
    if (escapes % 2 === 0) return end;
  }
  return text.length;
}

/** The text with `null` in place of some of its values; of values within each other the outer counts. */
export function without(text: string, places: readonly Place[]): string {
  if (places.length === 0) return text;
  let rest = '';
  let from = 0;
  for (const { start, end } of places.toSorted((a, b) => a.start - b.start)) {
    if (start < from) continue;
    rest += `${text.slice(from, start)}null`;
    from = end;
  }
  return rest + text.slice(from);
}

/** Keys of all objects of a parsed value; `NaN` when one is `__proto__`, which no count equals. */
export function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object') count += countKeys(item);
    return count;
  }
  for (const key in value) {
    count += key === '__proto__' ? NaN : 1;
    const inner: unknown = value[key as keyof typeof value];
    if (typeof inner === 'object') count += countKeys(inner);
  }
  return count;
}
