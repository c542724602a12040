import { TrackLayerError } from '@tracklayer/core';

const everyMs = 3_600_000;

/** Tells of traits of the customer's own that fail: each with its reason, once an hour, however many people it fails for. */
export function createTellFailures(
  onError: (error: unknown) => void,
  now: () => number,
): (failed: Readonly<Record<string, string>>) => void {
  const toldAt = new Map<string, number>();
  return (failed) => {
    for (const [name, problem] of Object.entries(failed)) {
      const text = `trait ${name}: its function ${problem}. Those people go without it; the console shows them one by one`;
      if (now() < (toldAt.get(text) ?? -Infinity) + everyMs) continue;
      toldAt.set(text, now());
      onError(new TrackLayerError('callback', text));
    }
  };
}
