export { paidOrder, qualifiedLead, signUp, type InputOf, type Overrides } from './events.ts';
export {
  createTestRelay,
  type RelayFaults,
  type TestRelay,
  type TestRelayOptions,
} from './test-relay/test-relay.ts';
export type { DecodedRequest, RequestKind } from './test-relay/decode-request.ts';
export type { MswInstance } from './test-relay/listen-on-msw.ts';
export type { RelayRecord, RelayRequest } from './test-relay/recording.ts';
export type { Answering, ScriptedAnswer, ScriptedFault } from './test-relay/script.ts';
export type { TestVerdict } from './test-relay/take.ts';
export type { SeenLabel, Testimony } from './witness/testimony.ts';
export {
  assertCaptured,
  assertCapturedOnce,
  assertCapturedOnly,
  assertIdentified,
  assertNotLeaked,
} from './matchers/asserts.ts';
export type { ExpectedEvent } from './matchers/captured.ts';
export type { MatcherResult, MatchOptions } from './matchers/verdict.ts';
export { matchers } from './matchers/matchers.ts';
export type { TrackLayerMatchers } from './matcher-types.ts';
export {
  installFakeHeap,
  type FakeHeap,
  type FakeHeapOptions,
  type HeapCall,
  type FakeHeapEvent,
} from './fake-heap/index.ts';
export { fakeClock, type FakeClock } from './fake-clock.ts';
export type { HeapRecording, RecordedHeapCall } from './heap-recording/heap-recording.ts';
export { recordHeap, type HeapRecorder } from './heap-recording/record-heap.ts';
export { replayHeap, type ReplayedTrack } from './heap-recording/replay-heap.ts';
