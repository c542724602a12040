import type { Registry, RegistryEntry } from './registry.ts';

const longestLabel = 1_024;

/**
 * Finds the entry of `source` that a label which is none of its own was probably meant to be: the same letters and
 * digits, whatever their case, spaces and punctuation.
 *
 * @example
 * nearMissOf(registry, 'heap')('Order completed')?.source_event; // 'Order Completed'
 */
export function nearMissOf(
  { entries }: Registry,
  source: string,
): (source_event: unknown) => RegistryEntry | undefined {
  const byLetters = new Map<string, RegistryEntry>();
  for (const entry of entries) {
    const letters = lettersOf(entry.source_event);
    // A label of emoji alone is near to every other.
    if (entry.source === source && letters) byLetters.set(letters, entry);
  }
  return (source_event) =>
    typeof source_event === 'string' && source_event.length <= longestLabel
      ? byLetters.get(lettersOf(source_event))
      : undefined;
}

function lettersOf(label: string): string {
  return label.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}
