export { testStorage, type StoragePlace } from './test-storage.ts';
export { testTransport } from './test-transport.ts';
export type { SuiteTools } from './suite-tools.ts';
