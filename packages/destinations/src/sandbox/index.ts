export { startSandbox, type Sandbox, type SandboxOptions, type SandboxType } from './sandbox.ts';
export type { SandboxFault } from './faults.ts';
export type { LedgerEntry } from './ledger.ts';
export type { SandboxAnswer } from './platform.ts';
export type { SandboxSettings } from './settings.ts';
