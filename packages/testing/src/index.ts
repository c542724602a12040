export { paidOrder, qualifiedLead, signUp, type InputOf, type Overrides } from './events.ts';
export {
  createTestRelay,
  type RelayRecord,
  type RelayRequest,
  type TestRelay,
  type TestRelayOptions,
} from './test-relay/test-relay.ts';
export type { ScriptedFault } from './test-relay/script.ts';
export {
  relayHandlers,
  type ReceivedRequest,
  type RelayHandlers,
  type RelayHandlersOptions,
} from './relay-handlers.ts';
export {
  installFakeHeap,
  type FakeHeap,
  type FakeHeapOptions,
  type HeapCall,
  type HeapEvent,
} from './fake-heap/index.ts';
