import { jsonText } from '../../event/json-text.ts';
import { maxPropertiesBytes } from '../../event/limits.ts';
import { pathOf, problemAt } from '../../event/problem.ts';
import type { Copied } from './copy-json.ts';

/** Properties of that many characters are within the limit: one takes six bytes at most, as `\u001f` does. */
export const certainlyFits = Math.floor(maxPropertiesBytes / 6);

const byteLength = (value: unknown): number => new TextEncoder().encode(jsonText(value)).byteLength;

/**
 * Keeps properties within their 32 KiB (docs/wire.md §7): the largest that nobody asked for are left out, until the rest
 * fits or is refused. An order must not be lost for the page's HTML beside it.
 */
export function fit(copied: Copied, path: string, isNeeded: (name: string) => boolean): void {
  const { values } = copied;
  if (!values || copied.size <= certainlyFits) return;
  let bytes = byteLength(values);
  if (bytes <= maxPropertiesBytes) return;
  const sizes = Object.keys(values)
    .filter((name) => values[name] !== undefined && !isNeeded(name))
    .map((name) => [name, byteLength(values[name])] as const);
  sizes.sort(([, a], [, b]) => b - a);
  for (const [name, size] of sizes) {
    if (bytes <= maxPropertiesBytes) break;
    bytes -= size + byteLength(name) + 2;
    values[name] = undefined;
    const message = `is too large: ${path} would be over 32 KiB`;
    (copied.leftOut ??= []).push(problemAt(pathOf(path, name), message, 'too_large'));
  }
  if (byteLength(values) > maxPropertiesBytes) {
    (copied.problems ??= []).push(problemAt(path, 'is over 32 KiB', 'too_large'));
  }
}
