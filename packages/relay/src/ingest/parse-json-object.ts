import { refusal } from '../problem.ts';

/**
 * Parses a body that is an object.
 *
 * @param shape - what it is, for who sent something else.
 * @throws 400 without a word of the body.
 */
export function parseJsonObject(text: string, shape: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // The engine's message quotes the body, which may hold personal values; only the place is ours to repeat.
    const place = /at position (\d+)/.exec(String(error))?.[1];
    throw refusal(400, 'invalid_json', `the body is not JSON${place ? ` at character ${place}` : ''}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw refusal(400, 'invalid_json', `the body is a JSON object: ${shape}`);
  }
  return value as Record<string, unknown>;
}
