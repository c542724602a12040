import { refusal } from './problem.ts';
import { maxNesting, scanJson } from './scan-json.ts';

/** A JSON object of a body. */
export type Fields = Record<string, unknown>;

/** Whether a value of `JSON.parse` is an object with fields. */
export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Parses a body that is an object and not absurdly deep: a million brackets would hold the process for a third of a
 * second in `JSON.parse`.
 *
 * @param shape - what it is, for a caller who sent something else.
 * @throws Refusal 400 without a word of the body.
 */
export function parseObject(text: string, shape: string): Fields {
  const { deep, isOpen } = scanJson(text, maxNesting);
  if (deep.length > 0 || isOpen)
    throw refusal(400, 'invalid_json', 'the body is not JSON, or nested too deeply');
  return parseShallow(text, shape);
}

/** The same for a text that is known to be shallow. */
export function parseShallow(text: string, shape: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // The engine's message quotes the body, which may hold personal values; only the place is ours to repeat.
    const place = /at position (\d+)/.exec(String(error))?.[1];
    throw refusal(400, 'invalid_json', `the body is not JSON${place ? ` at character ${place}` : ''}`);
  }
  if (!isFields(value)) throw refusal(400, 'invalid_json', `the body must be a JSON object: ${shape}`);
  return value;
}
