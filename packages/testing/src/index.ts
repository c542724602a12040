export { paidOrder, qualifiedLead, signUp, type InputOf, type Overrides } from './events.ts';
export {
  createTestRelay,
  type RelayRecord,
  type RelayRequest,
  type TestRelay,
  type TestRelayOptions,
} from './test-relay/test-relay.ts';
export type { ScriptedFault } from './test-relay/script.ts';
export { assertCaptured, assertCapturedOnce, assertIdentified, assertNotLeaked } from './matchers/asserts.ts';
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
