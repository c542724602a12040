import type { MessageKind } from './event/event.ts';

export interface Clock {
  /** Wall clock, milliseconds since 1970. For times that people read, never for waiting. */
  now(): number;
  /** Milliseconds that only ever grow; waits are measured with it. */
  monotonic(): number;
  /**
   * Runs `work` once, `ms` from now. Keeps a process alive only with `keepsAlive`, where a caller waits for it.
   * Returns what cancels it.
   */
  after(ms: number, work: () => void, keepsAlive?: boolean): () => void;
}

/** A message as it is kept: serialised once, at capture. */
export interface StoredMessage {
  /** Position in this client's order of capture. */
  seq: number;
  kind: MessageKind;
  event_id: string;
  /** The message as JSON, without `sent_at`. */
  json: string;
  /** Wall clock of the capture, for the age limit. */
  captured_at: number;
  user_id?: string | undefined;
  anonymous_id?: string | undefined;
  /** The highest goes first when a page has little time left: 0 to 3. */
  priority: number;
}

/** Keeps messages beyond the process or page. Every method is synchronous and may throw. */
export interface MessageStore {
  /**
   * Keeps a message. A store may write it before the task ends instead of at once; when that fails it calls `lost` with
   * the `seq` of every message that it does not hold after all.
   */
  put(message: StoredMessage, lost?: (seqs: readonly number[], cause: unknown) => void): void;
  remove(seqs: readonly number[]): void;
  /** Forgets everything, of this client and of those that died. */
  clear(): void;
  /** Messages of clients that are gone, handed over to this one: afterwards they are its own. */
  adopt(take: (message: Omit<StoredMessage, 'seq'>) => number): void;
  close(): void;
}

/** A small synchronous key-value store for identity, ledger and consent. May throw. */
export interface KeyValue {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
  remove(key: string): void;
}

/** What a package for an environment supplies to core. */
export interface Platform {
  clock: Clock;
  /** Uniform in [0, 1). */
  random(): number;
  /** Fills with random bytes. */
  randomBytes(length: number): Uint8Array;
  byteLength(text: string): number;
  messages?: MessageStore | undefined;
  values?: KeyValue | undefined;
  /**
   * Calls `start` while no other client of this origin sends, and lets others send once its promise is done. `start`
   * works once, however often it is called. Default: it is called at once.
   */
  exclusively?(start: () => Promise<unknown>): Promise<unknown>;
}
