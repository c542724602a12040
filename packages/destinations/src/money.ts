import type { JsonObject } from '@tracklayer/core';
import { minorUnitsOf } from '@tracklayer/core/adapter';
import { refuse, type Refusal } from './refusal.ts';

/** Beyond it, amounts lose cents. No order is worth that much. */
const maxAmount = 1e12;

/** What is wrong with an event's `value` and `currency`: no platform takes one without the other, none has a default (W-2). */
export function refusalOfMoney({ value, currency }: JsonObject): { refused: Refusal } | undefined {
  if (value !== undefined && value !== null) {
    const isAmount = typeof value === 'number' && Number.isFinite(value);
    if (!isAmount) return refuse('invalid_value', ['properties.value'], 'must be a number, such as 129.95');
    if (value < 0 || value > maxAmount)
      return refuse('invalid_value', ['properties.value'], 'must lie between 0 and 1e12');
    if (currency === undefined || currency === null || currency === '')
      return refuse('missing_required', ['properties.currency']);
  }
  if (currency === undefined || currency === null || currency === '') return undefined;
  return minorUnitsOf(currency) !== undefined
    ? undefined
    : refuse('invalid_currency', ['properties.currency']);
}

/** The amount of an event whose money was checked. */
export function moneyOf({ value, currency }: JsonObject): { value: number; currency: string } | undefined {
  return typeof value === 'number' && typeof currency === 'string' && currency !== ''
    ? { value, currency }
    : undefined;
}

/** `129.95`, as text with as many decimals as the currency has: no exponent, no rounding of binary halves. */
export const decimalText = (value: number, currency: string): string =>
  value.toFixed(minorUnitsOf(currency) ?? 2);
