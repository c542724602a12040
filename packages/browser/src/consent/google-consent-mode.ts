import { attempt } from '@tracklayer/core/adapter';
import type { ConsentChoice, ConsentSnapshot } from '@tracklayer/core';
import { createSay, type ConsentClient } from './follow.ts';

export interface GoogleConsentModeOptions {
  /** The name of Google's queue on `window`. Default `dataLayer`. */
  dataLayer?: string | undefined;
  /** Treats the site's own `default` command as an answer, until the person has given one. Default `false`. */
  takeDefaults?: boolean | undefined;
}

const names = {
  ad_user_data: 'ad_user_data',
  ad_personalization: 'ad_personalization',
  analytics_storage: 'analytics',
} as const;

type State = Record<string, unknown>;

/**
 * Follows Google consent mode: the `consent` commands on `dataLayer`, those so far and those to come. `ad_user_data` and
 * `ad_personalization` keep their names, `analytics_storage` is `analytics`. An `update` is the person's answer; a
 * `default` is none, but fills in purposes that an update leaves out (`denied` wins, since defaults may be regional).
 *
 * @returns what ends it.
 * @see https://developers.google.com/tag-platform/security/guides/consent
 * @example
 * const tracklayer = createBrowserClient({ endpoint: '/tl', consent: 'pending' });
 * fromGoogleConsentMode(tracklayer);
 */
export function fromGoogleConsentMode(
  client: ConsentClient,
  { dataLayer = 'dataLayer', takeDefaults = false }: GoogleConsentModeOptions = {},
): () => void {
  const page = window as unknown as Record<string, unknown[] | undefined>;
  const layer = (page[dataLayer] ??= []);
  const say = createSay(client);
  const defaults: ConsentSnapshot = {};
  const answers: ConsentSnapshot = {};
  let isAnswered = takeDefaults;
  let isStopped = false;

  function hear(item: unknown): void {
    // `gtag` pushes its arguments. Others push things with a length, too, that are not lists.
    const { 0: command, 1: kind, 2: state } = Object(item) as Partial<ArrayLike<unknown>>;
    if (command !== 'consent' || typeof state !== 'object' || !state) return;
    const isUpdate = kind === 'update';
    for (const [google, ours] of Object.entries(names) as [string, keyof typeof defaults & 'analytics'][]) {
      const said = (state as State)[google] as ConsentChoice | undefined;
      if (said !== 'granted' && said !== 'denied') continue;
      if (isUpdate) answers[ours] = said;
      else if (defaults[ours] !== 'denied') defaults[ours] = said;
    }
    isAnswered ||= isUpdate;
  }

  function tell(): void {
    const snapshot = { ...defaults, ...answers };
    if (isAnswered && Object.keys(snapshot).length > 0) say(snapshot);
  }

  for (const item of layer) attempt(() => hear(item));
  tell();
  const { push } = layer;
  const ours = function (this: unknown[], ...items: unknown[]): number {
    const length = push.apply(this, items);
    if (!isStopped) {
      for (const item of items) attempt(() => hear(item));
      tell();
    }
    return length;
  };
  layer.push = ours;
  return () => {
    isStopped = true;
    // Whoever came after us still leans on ours.
    if (layer.push === ours) layer.push = push;
  };
}
