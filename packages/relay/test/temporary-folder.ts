import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Makes a folder that is gone after the test; a concurrent test passes its own `onTestFinished`. */
export function temporaryFolder(onFinished = onTestFinished): string {
  const folder = mkdtempSync(join(tmpdir(), 'tracklayer-relay-'));
  onFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
