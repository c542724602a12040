import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { TrackLayerError } from '@tracklayer/core';
import { keyOf, planFiles, readManifest, type DumpFile, type HeapConnectObject } from './dump.ts';

/** The dump's files in order, and how to read each. Holds names, no data. */
export interface OpenSource {
  files: readonly DumpFile[];
  /** In bytes; nothing where the source does not say. */
  sizeOf(file: DumpFile): number | undefined;
  read(file: DumpFile): AsyncIterable<Uint8Array>;
}

/** Looks through a folder or the objects of a bucket. */
export async function openSource(source: string | AsyncIterable<HeapConnectObject>): Promise<OpenSource> {
  const objects = new Map<string, HeapConnectObject>();
  const manifests = [];
  for await (const object of typeof source === 'string' ? objectsIn(source) : source) {
    if (/(^|\/)manifests\/[^/]+\.json$/.test(object.name)) {
      manifests.push(readManifest(object.name, await textOf(object)));
    } else if (object.name.endsWith('.avro')) objects.set(keyOf(object.name), object);
  }
  if (manifests.length === 0) throw new TrackLayerError('heap', 'there is no manifests/*.json in the source');
  return {
    files: planFiles(manifests),
    sizeOf: ({ file }) => objects.get(file)?.size,
    read({ file }) {
      const object = objects.get(file);
      if (!object) throw new TrackLayerError('heap', `${file} is in a manifest but not in the source`);
      return object.read();
    },
  };
}

async function* objectsIn(folder: string): AsyncGenerator<HeapConnectObject> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'error';
    throw new TrackLayerError('invalid_options', `source: ${folder} cannot be read (${code})`, { cause });
  });
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path).replaceAll('\\', '/');
    if (entry.isFile()) yield { name, size: (await stat(path)).size, read: () => createReadStream(path) };
  }
}

async function textOf(object: HeapConnectObject): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of object.read()) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
