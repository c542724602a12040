import { attempt } from './attempt.ts';
import { problemAt, type Problem } from './problem.ts';

/** A business id, the news that the event has none and gets a random one, or why it must be refused. */
export type EventIdResult = { id: string } | { none: true } | { problem: Problem };

/** The business keys of an event: alternatives in order, each a list of property names or person ids. */
export interface BusinessKey {
  alternatives: readonly (readonly string[])[];
  /** Without any of them the event gets a random id instead of being refused. */
  isOptional: boolean;
}

const maxLength = 128;
const plain = /^[\w-]+$/;

/** A key as {@link readKey} reads it: no part is empty, and there is one at least. */
export const keyShape = /^\|?[^|.]+([|.][^|.]+)*\|?$/;

/** Reads a key as the vocabulary writes it: `subscription_id|user_id.plan`, or `lead_id|` for "or none". */
export function readKey(text: string): BusinessKey {
  const alternatives = text.split('|');
  return {
    alternatives: alternatives.filter(Boolean).map((parts) => parts.split('.')),
    isOptional: alternatives.includes(''),
  };
}

/**
 * The `event_id` of a milestone: a pure function of its name and business key, the same bytes in every runtime
 * (docs/wire.md W-6).
 *
 * @param valueOf - the value of a key part; `undefined` or `null` where it is absent.
 */
export function makeEventId(
  event: string,
  key: BusinessKey,
  valueOf: (name: string) => unknown,
): EventIdResult {
  for (const names of key.alternatives) {
    const isSingle = names.length === 1;
    let id = '';
    let isComplete = true;
    for (const name of names) {
      const value = valueOf(name);
      if (value === undefined || value === null) {
        isComplete = false;
        break;
      }
      const part = encodePart(value, isSingle);
      if (part === undefined) {
        return {
          problem: problemAt(
            placeOf(name),
            'cannot make an event_id; pass text or a whole number (docs/wire.md W-6)',
          ),
        };
      }
      id = id ? `${id}.${part}` : part;
    }
    if (!isComplete) continue;
    id += `_${event}`;
    if (id.length <= maxLength) return { id };
    return {
      problem: problemAt(
        placeOf(names[0]),
        `${names.length > 1 ? `and ${names.slice(1).join(' and ')} make` : 'makes'} an event_id of over 128 characters (docs/wire.md W-6)`,
        'too_large',
      ),
    };
  }
  if (key.isOptional) return { none: true };
  const wanted = key.alternatives.map((names) => names.join(' and ')).join(', or ');
  const alone = wanted === key.alternatives[0]?.[0];
  return {
    problem: problemAt(
      placeOf(key.alternatives[0]?.[0]),
      `is missing, and makes the event_id${alone ? '' : `: pass ${wanted}`} (docs/wire.md W-6)`,
      'missing',
    ),
  };
}

const placeOf = (name = ''): string => (/^(user|anonymous)_id$/.test(name) ? name : `properties.${name}`);

function encodePart(value: unknown, isSingle: boolean): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined;
  if (typeof value !== 'string') return undefined;
  if (plain.test(value)) return value;
  const text = value.normalize('NFC').trim();
  // Longer text can't fit, and must not cost its encoding.
  if (!text || text.length > 4 * maxLength) return text ? 'x'.repeat(maxLength + 1) : undefined;
  // Half a character has no UTF-8.
  return attempt(() => text.replace(isSingle ? /[^\w.-]+/g : /[^\w-]+/g, percentEncoded));
}

const percentEncoded = (text: string): string =>
  encodeURIComponent(text)
    .replace(/[!'()*~.]/g, (left) => `%${left.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%', ':');
