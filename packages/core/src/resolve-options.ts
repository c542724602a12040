import { TrackLayerError } from './errors.ts';
import type { AdapterOptions, QueueOptions } from './options.ts';

const defaults = {
  flushAt: 20,
  flushIntervalMs: 5_000,
  maxBatchEvents: 100,
  maxBatchBytes: 512_000,
  maxQueueEvents: 100_000,
  maxQueueBytes: 50_331_648,
  maxEventAgeMs: 604_800_000,
  requestTimeoutMs: 10_000,
  shutdownTimeoutMs: 5_000,
  receipts: 'required',
} as const satisfies QueueOptions;

type Resolved = Omit<AdapterOptions, keyof QueueOptions> & {
  [Key in keyof QueueOptions]-?: NonNullable<QueueOptions[Key]>;
};

/** Options with every default in place; each is taken or defaulted on its own. */
export function resolveOptions(given: AdapterOptions): Resolved {
  if (typeof given?.transport?.send !== 'function') {
    throw new TrackLayerError(
      'invalid_options',
      'transport is missing; pass createHttpTransport({ endpoint, key })',
    );
  }
  if (given.events && typeof given.events.problemOf !== 'function') {
    throw new TrackLayerError('invalid_options', 'events is no vocabulary; pass what defineEvents returns');
  }
  const settings: Record<string, unknown> = {};
  for (const [name, standard] of Object.entries(defaults)) {
    const value = given[name as keyof QueueOptions] ?? standard;
    if (typeof standard === 'number' && !(typeof value === 'number' && value >= 1)) {
      throw new TrackLayerError('invalid_options', `${name} is ${String(value)}; pass a number from 1`);
    }
    settings[name] = value;
  }
  if ((settings['maxBatchEvents'] as number) > 500) {
    throw new TrackLayerError(
      'invalid_options',
      'maxBatchEvents is over 500, which no relay takes (docs/wire.md W-12)',
    );
  }
  return { ...given, ...settings } as Resolved;
}
