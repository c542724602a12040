import type { ConsentSnapshot } from '@tracklayer/core';

/** The Global Privacy Control signal is part of what the person said; alone it refuses nothing (docs/wire.md W-10). */
export function withGpc(snapshot: ConsentSnapshot): ConsentSnapshot;
export function withGpc(snapshot: ConsentSnapshot | undefined): ConsentSnapshot | undefined;
export function withGpc(snapshot: ConsentSnapshot | undefined): ConsentSnapshot | undefined {
  const { globalPrivacyControl } = navigator as { globalPrivacyControl?: unknown };
  // Text in a snapshot's place stays text, which is no grant.
  return globalPrivacyControl === true && typeof snapshot !== 'string'
    ? { gpc: true, ...snapshot }
    : snapshot;
}
