export { paidOrder, qualifiedLead, signUp, type InputOf, type Overrides } from './events.ts';
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
