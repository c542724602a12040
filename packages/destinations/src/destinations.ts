import type { AnyDestination } from './destination.ts';
import { dryRun } from './dry-run.ts';
import { ga4 } from './ga4.ts';
import { google } from './google.ts';
import { heap } from './heap.ts';
import { hubspot } from './hubspot.ts';
import { linkedin } from './linkedin.ts';
import { meta } from './meta.ts';
import { salesforce } from './salesforce.ts';
import { tiktok } from './tiktok.ts';
import { webhook } from './webhook.ts';

/** The built-in destinations, by type. A new one is added here and nowhere else. */
export const destinations = {
  meta,
  google,
  ga4,
  linkedin,
  hubspot,
  salesforce,
  tiktok,
  webhook,
  heap,
  'dry-run': dryRun,
} as const satisfies Record<string, AnyDestination>;

/** `days` before the sunset of a destination's API version, or after it: what stops, and when. */
export function sunsets(
  all: readonly AnyDestination[],
  { now, days }: { now: number; days: number },
): { type: string; version: string; sunset: string; days: number }[] {
  return all.flatMap(({ type, api: { version, sunset } }) => {
    if (!sunset) return [];
    const left = Math.floor((Date.parse(sunset) - now) / 86_400_000);
    return left <= days ? [{ type, version, sunset, days: left }] : [];
  });
}
