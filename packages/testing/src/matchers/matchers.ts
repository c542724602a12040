import type { RelayRecord } from '../test-relay/test-relay.ts';
import { judgeCaptured, type ExpectedEvent } from './captured.ts';
import { judgeIdentified } from './identified.ts';
import { findLeaks } from './leaks.ts';
import type { MatcherResult, MatchOptions } from './verdict.ts';

/** The part of a matcher's `this` that is read, in vitest and jest alike. */
interface MatcherState {
  isNot?: boolean;
}

const waitMs = 1_000;

/** For `expect.extend(matchers)`, where `@tracklayer/testing/vitest` or `/jest` does not do it. */
export const matchers = {
  toHaveCaptured(
    this: MatcherState | void,
    relay: unknown,
    event: ExpectedEvent,
    properties?: object,
    options?: MatchOptions,
  ): Promise<MatcherResult> {
    return once(this, relay, options, (record) => judgeCaptured(record, event, properties, false));
  },
  toHaveCapturedOnce(
    this: MatcherState | void,
    relay: unknown,
    event: ExpectedEvent,
    properties?: object,
    options?: MatchOptions,
  ): Promise<MatcherResult> {
    return once(this, relay, options, (record) => judgeCaptured(record, event, properties, true));
  },
  toHaveIdentified(
    this: MatcherState | void,
    relay: unknown,
    user_id: string,
    traits?: object,
    options?: MatchOptions,
  ): Promise<MatcherResult> {
    return once(this, relay, options, (record) => judgeIdentified(record, user_id, traits));
  },
  toHaveLeaked(this: MatcherState | void, relay: unknown, values: readonly string[] = []): MatcherResult {
    const leaks = findLeaks(recordOf(relay).requests, values);
    return {
      pass: leaks.length > 0,
      message: () =>
        leaks.length > 0
          ? ['expected no personal value in any request:', ...leaks.map(tellLeak)].join('\n')
          : 'expected a personal value in a request, and there is none',
    };
  },
};

const tellLeak = ({ request, path, looksLike }: ReturnType<typeof findLeaks>[number]): string =>
  `  request ${request}, ${path}: ${looksLike}`;

/** Judges as soon as it passes; with `.not`, where waiting would only cost time, at once. */
async function once(
  state: MatcherState | void,
  relay: unknown,
  { timeoutMs = state?.isNot ? 0 : waitMs }: MatchOptions = {},
  judge: (relay: RelayRecord) => MatcherResult,
): Promise<MatcherResult> {
  const record = recordOf(relay);
  await record.until(() => judge(record).pass, { timeoutMs });
  return judge(record);
}

function recordOf(relay: unknown): RelayRecord {
  if (typeof (relay as Partial<RelayRecord> | null | undefined)?.until === 'function')
    return relay as RelayRecord;
  throw new TypeError('pass the relay itself: expect(relay), where relay is await createTestRelay()');
}
