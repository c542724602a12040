// For customers' end-to-end tests: the entry `@tracklayer/relay/verify`.
export { verifyPath } from './verify/verify-path.ts';
export type { VerifyOptions } from './verify/options.ts';
export type { PageWalk } from './verify/page/walk-page.ts';
export type { Check, CheckName, CheckWord, Verification } from './verify/verification.ts';
export type { Hop, HopName, HopVerdict, Trace } from './trace/trace.ts';
