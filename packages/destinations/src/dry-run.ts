import type { JsonObject } from '@tracklayer/core';
import type { Destination } from './destination.ts';
import type { CommonSettings } from './settings.ts';

export type DryRunSettings = CommonSettings<DryRun>;

/** What would be at hand for a platform: names of identifiers, never their values. */
export interface DryRun {
  event: string;
  event_id: string;
  occurred_at: string;
  properties: JsonObject;
  identifiers: readonly string[];
}

/** Goes through everything and sends nothing: shows what would leave, and why something would not. */
export const dryRun: Destination<DryRunSettings, DryRun> = {
  type: 'dry-run',
  title: 'Dry run',
  api: { version: '1' },
  settings: {},
  limits: { perRequest: 1_000 },
  consent: ['ad_user_data'],
  deduplicates: 'nothing is sent',
  events: 'all',
  map({ event, event_id, occurred_at, properties }, { traits, click_ids, user_id, ga, ip, user_agent }) {
    const held = { user_id, ...traits, ...click_ids, ga: ga.client_id, ip, user_agent };
    const identifiers = Object.entries(held)
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([name]) => name);
    return { payload: { event, event_id, occurred_at, properties, identifiers } };
  },
  request: () => undefined,
  read: () => ({ all: { class: 'ok', ref: 'dry-run' } }),
};
