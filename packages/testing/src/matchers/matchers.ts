import type { RelayRecord } from '../test-relay/recording.ts';
import type { Testimony } from '../witness/testimony.ts';
import { expectedFields, findCaptured, judgeCaptured, type ExpectedEvent } from './captured.ts';
import { judgeIdentified } from './identified.ts';
import { findLeaks } from './leaks.ts';
import { judgeOnly } from './only.ts';
import type { MatcherResult, MatchOptions } from './verdict.ts';

/** The part of a matcher's `this` that is read, in vitest, Jest and Playwright alike. */
export interface MatcherState {
  isNot?: boolean;
}

/** For `expect.extend(matchers)`, where `@tracklayer/testing/vitest`, `/jest` or `/playwright` does not do it. */
export const matchers = {
  async toHaveCaptured(
    this: MatcherState | void,
    relay: unknown,
    event: ExpectedEvent,
    properties?: object,
    options?: MatchOptions,
  ): Promise<MatcherResult> {
    const [record, expected] = [recordOf(relay), expectedFields(event, properties)];
    return soon(this, record, options, (testimony) => judgeCaptured(record, expected, false, testimony));
  },
  async toHaveCapturedOnce(
    this: MatcherState | void,
    relay: unknown,
    event: ExpectedEvent,
    properties?: object,
    options?: MatchOptions,
  ): Promise<MatcherResult> {
    const [record, expected] = [recordOf(relay), expectedFields(event, properties)];
    if (!this?.isNot) await record.until(() => findCaptured(record, expected).length > 0, options);
    return atRest(record, options, (testimony) => judgeCaptured(record, expected, true, testimony));
  },
  async toHaveCapturedOnly(
    this: MatcherState | void,
    relay: unknown,
    events: readonly ExpectedEvent[],
    options?: MatchOptions,
  ): Promise<MatcherResult> {
    if (!Array.isArray(events))
      throw new TypeError("pass a list: toHaveCapturedOnly(['sign_up', 'purchase'])");
    const record = recordOf(relay);
    if (!this?.isNot) await record.until(() => record.events.length >= events.length, options);
    return atRest(record, options, (testimony) => judgeOnly(record, events, testimony));
  },
  async toHaveIdentified(
    this: MatcherState | void,
    relay: unknown,
    user_id: string,
    traits?: object,
    options?: MatchOptions,
  ): Promise<MatcherResult> {
    const record = recordOf(relay);
    return soon(this, record, options, (testimony) => judgeIdentified(record, user_id, traits, testimony));
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

type Judge = (testimony: Testimony) => MatcherResult;

const nothing: Testimony = {
  hasClients: true,
  captured: 0,
  pending: 0,
  awaitingConsent: 0,
  duplicates: 0,
  drops: [],
  labels: [],
};

/** Judges as soon as it passes. With `.not`, it must still not pass when nothing more is on its way. */
async function soon(
  state: MatcherState | void,
  record: RelayRecord,
  options: MatchOptions | undefined,
  judge: Judge,
): Promise<MatcherResult> {
  const passes = (): boolean => judge(nothing).pass;
  if (state?.isNot && options?.timeoutMs === undefined) await record.settled();
  else await record.until(passes, options);
  return judge(await record.testify());
}

/** Judges when nothing more is on its way, so that what comes too late to be one of them is seen. */
async function atRest(
  record: RelayRecord,
  options: MatchOptions | undefined,
  judge: Judge,
): Promise<MatcherResult> {
  await record.settled(options);
  return judge(await record.testify());
}

function recordOf(relay: unknown): RelayRecord {
  if (typeof (relay as Partial<RelayRecord> | null | undefined)?.until === 'function')
    return relay as RelayRecord;
  throw new TypeError('pass the relay itself: expect(relay), where relay is await createTestRelay()');
}
