import { decisionShape, readDecision } from './consent/consent.ts';
import { TrackLayerError } from './errors.ts';
import { kindOf } from './event/problem.ts';
import type { ClientOptions, QueueOptions } from './options.ts';

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

type Resolved<Given> = Omit<Given, keyof QueueOptions> & {
  [Key in keyof QueueOptions]-?: NonNullable<QueueOptions[Key]>;
};

/** Defaults of an adapter. */
export type OwnDefaults = QueueOptions;

/** What is looked at. */
interface Checked extends QueueOptions, Pick<ClientOptions, 'transport' | 'consent'> {
  events?: { check: unknown } | undefined;
}

/**
 * Options with every default in place; each is taken or defaulted on its own.
 *
 * @param own - defaults that differ from those in docs/options.md.
 * @throws TrackLayerError `invalid_options`
 */
export function resolveOptions<Given extends Checked>(given: Given, own: OwnDefaults = {}): Resolved<Given> {
  const { transport, events, consent } = given ?? {};
  if (typeof transport?.send !== 'function') {
    throw invalid(
      `\`transport\` must have a send method, got ${kindOf(transport)}: pass createHttpTransport({ endpoint, key })`,
    );
  }
  if (events && typeof events.check !== 'function') {
    throw invalid(`\`events\` must be what defineEvents returns, got ${kindOf(events)}`);
  }
  if (consent !== undefined && consent !== 'pending' && !readDecision(consent)) {
    throw invalid(`\`consent\` must be "pending" or ${decisionShape}, got ${kindOf(consent)}`);
  }
  const settings: Record<string, unknown> = {};
  for (const [name, standard] of Object.entries(defaults)) {
    const option = name as keyof QueueOptions;
    const value = given[option] ?? own[option] ?? standard;
    if (typeof standard === 'number' && !(typeof value === 'number' && value >= 1)) {
      const got = typeof value === 'number' ? value : kindOf(value);
      throw invalid(`\`${name}\` must be a number of at least 1, got ${got}`);
    }
    settings[name] = value;
  }
  if ((settings['maxBatchEvents'] as number) > 500) {
    throw invalid('`maxBatchEvents` must be at most 500: no relay accepts more (docs/wire.md W-12)');
  }
  return { ...given, ...settings } as Resolved<Given>;
}

const invalid = (detail: string): TrackLayerError => new TrackLayerError('invalid_options', detail);
