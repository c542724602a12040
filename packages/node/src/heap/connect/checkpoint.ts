import { readFile, rename, writeFile } from 'node:fs/promises';
import { TrackLayerError } from '@tracklayer/core';
import type { HeapConnectPosition } from './dump.ts';

/** Remembers how far an import came, where the app keeps such things. */
export interface HeapConnectCheckpoint {
  load(): Promise<HeapConnectPosition | undefined>;
  save(position: HeapConnectPosition): Promise<void>;
}

/** A {@link HeapConnectCheckpoint} in a JSON file, which is replaced in one step. */
export function fileCheckpoint(path: string): HeapConnectCheckpoint {
  return {
    async load() {
      let text: string;
      try {
        text = await readFile(path, 'utf8');
      } catch {
        return undefined;
      }
      try {
        return JSON.parse(text) as HeapConnectPosition;
      } catch {
        throw new TrackLayerError('heap', 'the checkpoint file is not JSON; remove it to begin again');
      }
    },
    async save(position) {
      await writeFile(`${path}.new`, JSON.stringify(position));
      await rename(`${path}.new`, path);
    },
  };
}
