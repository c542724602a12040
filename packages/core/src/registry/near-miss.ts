import type { Registry, RegistryEntry } from './registry.ts';

const longestLabel = 1_024;

/**
 * Finds the entry of `source` that a label which is none of its own was probably meant to be: the same letters and
 * digits, whatever their case, spaces and punctuation. Follows a registry whose entries are replaced.
 *
 * @example
 * nearMissOf(registry, 'heap')('Order completed')?.source_event; // 'Order Completed'
 */
export function nearMissOf(
  registry: Registry,
  source: string,
): (source_event: unknown) => RegistryEntry | undefined {
  let known: Registry['entries'] | undefined;
  let byLetters: Map<string, RegistryEntry>;
  return (source_event) => {
    const { entries } = registry;
    if (entries !== known) {
      known = entries;
      const own = entries.filter((entry) => entry.source === source);
      byLetters = new Map(own.map((entry) => [lettersOf(entry.source_event), entry]));
      // A label of emoji alone is near to every other.
      byLetters.delete('');
    }
    return typeof source_event === 'string' && source_event.length <= longestLabel
      ? byLetters.get(lettersOf(source_event))
      : undefined;
  };
}

function lettersOf(label: string): string {
  return label.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}
