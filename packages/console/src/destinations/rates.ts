import type { DestinationState } from '@tracklayer/relay';

/** How many each destination had accepted at a time, in milliseconds since 1970. */
export interface Sample {
  at: number;
  accepted: ReadonlyMap<string, number>;
}

const windowMs = 60_000;

/** Adds a sample, and forgets those of more than a minute ago. */
export function addSample(
  samples: readonly Sample[],
  destinations: readonly DestinationState[],
  now: number,
): Sample[] {
  const accepted = new Map(destinations.map(({ destination, counts }) => [destination, counts.accepted]));
  return [...samples.filter(({ at }) => now - at <= windowMs), { at: now, accepted }];
}

/** Accepted per minute, over what the samples span; nothing of a single one. Counts that a day took along are no rate. */
export function rateOf(samples: readonly Sample[], destination: string): number | undefined {
  const [first, last] = [samples[0], samples.at(-1)];
  const [from, to] = [first?.accepted.get(destination), last?.accepted.get(destination)];
  if (!first || !last || first.at === last.at || from === undefined || to === undefined) return undefined;
  return Math.max(0, (to - from) * (60_000 / (last.at - first.at)));
}
