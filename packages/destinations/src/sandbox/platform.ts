import type { Lists } from './lists.ts';
import type { Ledger } from './ledger.ts';
import type { Tokens } from './tokens.ts';

/** A request as a stand-in sees it: its path begins after the platform's own prefix. */
export interface SandboxRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Readonly<Record<string, string | undefined>>;
  text: string;
  /** The body as JSON; `undefined` when it is none. */
  json: unknown;
}

export interface SandboxAnswer {
  status: number;
  body?: unknown;
  headers?: Readonly<Record<string, string>> | undefined;
}

/** What a stand-in has to work with. */
export interface Surroundings {
  ledger: Ledger;
  lists: Lists;
  tokens: Tokens;
  /** Milliseconds since 1970. */
  now(): number;
}

/** One platform's stand-in: its rules, and its words when they are broken. */
export interface Platform {
  answer(request: SandboxRequest, surroundings: Surroundings): SandboxAnswer;
  /** How it says "too many", "your token is over", "this version is gone": every platform has words of its own. */
  throttled: SandboxAnswer;
  /** What chaos says instead of a fault that does not pass by itself here. */
  instead?: Readonly<Partial<Record<'throttled' | 'html', SandboxAnswer>>>;
  unauthorized: SandboxAnswer;
  sunset: SandboxAnswer;
}

export type Fields = Readonly<Record<string, unknown>>;

/** An object of a body; empty for anything else. */
export const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
export const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? (value as unknown[]) : [];

/** SHA-256 in lower-case hex, alone or in lists. */
export const isHashed = (value: unknown): boolean =>
  value === undefined || [value].flat().every((one) => typeof one === 'string' && /^[0-9a-f]{64}$/.test(one));

/** An amount and its currency, both or neither. */
export function isMoney(value: unknown, currency: unknown): boolean {
  if (value === undefined && currency === undefined) return true;
  return (
    typeof value === 'number' &&
    Number.isFinite(value) &&
    typeof currency === 'string' &&
    /^[A-Z]{3}$/.test(currency)
  );
}
