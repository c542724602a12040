import { TrackLayerError } from '@tracklayer/core';
import { checkSettings, webhook, type AnyDestination } from '@tracklayer/destinations';
import type { Configured } from '../deliver/configured.ts';
import { noticeTypes, type NoticeType } from '../store/notice.ts';

/** A server of yours that hears of alerts and of deliveries, by signed requests (docs/wire.md W-44). */
export interface NotifySettings {
  /** Where notices are posted to, by https. */
  url: string;
  /** Signs every request, 16 characters at least; `verifyWebhook` of `@tracklayer/node` checks it. */
  secret: string;
  /** What it hears of. Default `['alert', 'event.failed']`. */
  on?: readonly NoticeType[] | undefined;
  /** Lets `url` be http, or lead into a private network. Default `false`. */
  allowPrivate?: boolean | undefined;
}

/** A hook with its settings, checked. */
export interface Hook {
  /** As a destination: it is called and held back as one. */
  configured: Configured;
  url: string;
  secret: string;
  on: ReadonlySet<NoticeType>;
}

const defaults: readonly NoticeType[] = ['alert', 'event.failed'];

/** @throws TrackLayerError `invalid_options`, naming the setting and showing no value. */
export function configureNotify(
  given: NotifySettings | undefined,
  environments: readonly string[],
): Hook | undefined {
  if (given === undefined) return undefined;
  const { on = defaults, ...settings } = given;
  if (!Array.isArray(on) || !on.every((type) => noticeTypes.includes(type as NoticeType)))
    throw new TrackLayerError('invalid_options', `notify.on must be a list of ${noticeTypes.join(', ')}`);
  checkSettings('notify', webhook, settings);
  const destination = webhook as AnyDestination;
  const known: Record<string, unknown> = { ...settings };
  const configured = { name: 'notify', destination, settings: known, holdMs: 0, environments };
  return { configured, url: settings.url, secret: settings.secret, on: new Set(on) };
}
