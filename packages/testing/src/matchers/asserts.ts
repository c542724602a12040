import type { RelayRecord } from '../test-relay/recording.ts';
import type { ExpectedEvent } from './captured.ts';
import { matchers } from './matchers.ts';
import type { MatcherResult, MatchOptions } from './verdict.ts';

const { toHaveCaptured, toHaveCapturedOnce, toHaveCapturedOnly, toHaveIdentified, toHaveLeaked } = matchers;

/**
 * Waits for an event of this name and at least these properties; for `node:test`, Playwright and scripts.
 *
 * @throws AssertionError with the nearest event and where it differs.
 * @example
 * await assertCaptured(relay, 'purchase', { order_id: 'ord_10492', value: 129.95 });
 */
export async function assertCaptured(
  relay: RelayRecord,
  event: ExpectedEvent,
  properties?: object,
  options?: MatchOptions,
): Promise<void> {
  check(await toHaveCaptured(relay, event, properties, options), true);
}

/** The same, and no second such event under another `event_id`. @throws AssertionError */
export async function assertCapturedOnce(
  relay: RelayRecord,
  event: ExpectedEvent,
  properties?: object,
  options?: MatchOptions,
): Promise<void> {
  check(await toHaveCapturedOnce(relay, event, properties, options), true);
}

/** These events were captured, in any order, and no other. @throws AssertionError */
export async function assertCapturedOnly(
  relay: RelayRecord,
  events: readonly ExpectedEvent[],
  options?: MatchOptions,
): Promise<void> {
  check(await toHaveCapturedOnly(relay, events, options), true);
}

/** Waits until this person is identified, with at least these traits. @throws AssertionError */
export async function assertIdentified(
  relay: RelayRecord,
  user_id: string,
  traits?: object,
  options?: MatchOptions,
): Promise<void> {
  check(await toHaveIdentified(relay, user_id, traits, options), true);
}

/**
 * No request that came so far holds one of `values`, an e-mail address or a phone number.
 *
 * @throws AssertionError with the paths, without the values.
 */
export function assertNotLeaked(relay: RelayRecord, values?: readonly string[]): void {
  check(toHaveLeaked(relay, values), false);
}

function check({ pass, message }: MatcherResult, wanted: boolean): void {
  if (pass !== wanted) throw Object.assign(new Error(message()), { name: 'AssertionError' });
}
