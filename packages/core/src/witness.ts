import type { Client, Drop, Receipt } from './options.ts';
import type { Promotion } from './registry/promote.ts';
import type { RegistryEntry } from './registry/registry.ts';

/** A client as a test kit sees it. */
export interface WitnessedClient extends Pick<Client, 'flush' | 'stats'> {
  /** Whether captured messages wait until the person has answered. */
  isWaitingForConsent(): boolean;
}

/** A label of another tool, as Heap's, and what the registry made of it. */
export interface WitnessedLabel {
  source_event: unknown;
  /** Milliseconds since 1970. */
  at: number;
  promotion: Promotion;
  /** The entry that an unmapped label was probably meant to match. */
  meant?: RegistryEntry | undefined;
  receipt?: Receipt | undefined;
}

/** Hears what happens to events before they leave a process or page, so that a failing test can say why none came. */
export interface Witness {
  client(made: WitnessedClient): void;
  drop(drop: Drop): void;
  label(heard: WitnessedLabel): void;
}

const place = Symbol.for('tracklayer.witness');

/** The witness of this process or page: there is one only where a test kit put it. */
export const witness = (): Witness | undefined => (globalThis as { [place]?: Witness })[place];
