import type { BrowserClient } from '../browser-client.ts';

const nothing = { delivered: 0, duplicate: 0, dropped: {}, pending: 0 };
const receipt = {
  event_id: null,
  settled: () => Promise.resolve({ status: 'dropped', reason: 'closed' } as const),
};

/** What stands in for the client where there is no page, as on a server that renders: it does nothing. */
export const absentClient: BrowserClient = {
  endpoint: '',
  capture: () => receipt,
  identify: () => receipt,
  flush: () => Promise.resolve(nothing),
  close: () => Promise.resolve(nothing),
  stats: () => ({ captured: 0, ...nothing }),
  setConsent() {},
  optOut: () => Promise.resolve(),
  optIn() {},
  anonymousId: () => '',
  userId: () => undefined,
  consent: () => 'pending',
  isAllowed: () => false,
  onConsent: () => () => {},
  reset() {},
};
