import type { WireAnswer } from '@tracklayer/core';

/** What a request needs besides the settings. */
export interface Access {
  /** Milliseconds since 1970. */
  now: number;
  /** From the destination's `token`. */
  token?: string | undefined;
  /** The host that the token belongs to, where the exchange named one. */
  host?: string | undefined;
}

export interface DestinationRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** May hold a secret in its query: never logged as it is. */
  url: string;
  headers: Readonly<Record<string, string>>;
  body?: string | undefined;
}

/** An answer, read to its end (`readResponse` of `@tracklayer/core` makes one). */
export type DestinationAnswer = WireAnswer;

/**
 * `ok`: delivered · `duplicate`: it was there · `retry`: the same again, with backoff · `throttle`: the whole
 * destination waits · `refresh_auth`: a new token, then again · `auth_broken`: nobody but a human can reconnect it ·
 * `config`: stands until its settings change · `reject`: never again as it is.
 */
export type OutcomeClass =
  | 'ok'
  | 'duplicate'
  | 'retry'
  | 'throttle'
  | 'refresh_auth'
  | 'auth_broken'
  | 'config'
  | 'reject';

export interface Outcome {
  class: OutcomeClass;
  /** In plain words, without a personal value: the platform's own text, cut. */
  detail?: string | undefined;
  /** For `retry` and `throttle`: not before. */
  afterMs?: number | undefined;
  /** The platform's own id of it, or of the request. */
  ref?: string | undefined;
}

export type Reading =
  /** One word for all; of a whole-batch `reject`, the places of the payloads at fault, where the platform names them. */
  | { all: Outcome; culprits?: readonly number[] | undefined }
  /** One for each payload, in order. */
  | { each: readonly Outcome[] }
  /** Received, not yet processed: ask its `confirm` for `ref`, not before. */
  | { ask: { ref: string; afterMs: number } };

export interface Confirmation<Settings> {
  request(ref: string, settings: Settings, access: Access): DestinationRequest;
  /** @param places - of the payloads still open, in the request that got `ref`. One outcome for each of them. */
  read(answer: DestinationAnswer, places: readonly number[], settings: Settings): Reading;
}

export interface TokenExchange<Settings> {
  /** The settings hold what an exchange needs. */
  isConfigured(settings: Settings): boolean;
  request(settings: Settings, now: number): Promise<DestinationRequest>;
  read(answer: DestinationAnswer, now: number): TokenReading;
}

export type TokenReading =
  /** `expires_at` in milliseconds since 1970. */
  { token: string; expires_at: number; host?: string | undefined } | { failed: Outcome };
