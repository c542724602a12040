// All entries in one, for pages that load a script and have no bundler.
export * from './autocapture.ts';
export * from './consent.ts';
export * from './hash.ts';
export * from './index.ts';
export * from './registry.ts';
export * from './trace.ts';
export * from './watch.ts';
