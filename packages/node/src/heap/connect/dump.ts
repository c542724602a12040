import { TrackLayerError } from '@tracklayer/core';

/** One object of the bucket. */
export interface HeapConnectObject {
  /** Its key: `manifests/sync_12.json`, `sync_12/order_completed/part-00000-….avro`. */
  name: string;
  /** In bytes, where it is known: for progress. */
  size?: number | undefined;
  read(): AsyncIterable<Uint8Array>;
}

/** One data file, and its place in the order of import. */
export interface DumpFile {
  dump_id: number;
  table: string;
  file: string;
}

/** How far an import came: this many rows of this file, and all files before it. */
export interface HeapConnectPosition extends DumpFile {
  rows: number;
}

interface Manifest {
  dump_id: number;
  tables: readonly { name: string; files: readonly string[]; incremental?: boolean }[];
}

/** Reads one manifest. @throws TrackLayerError `heap` when it is none. */
export function readManifest(name: string, text: string): Manifest {
  try {
    const { dump_id, tables } = JSON.parse(text) as { dump_id: unknown; tables: Manifest['tables'] };
    const id = Number(dump_id);
    const isWhole = tables.every(
      ({ name: table, files }) => typeof table === 'string' && Array.isArray(files),
    );
    if (Number.isSafeInteger(id) && isWhole) return { dump_id: id, tables };
  } catch {
    // Told below.
  }
  throw new TrackLayerError('heap', `${name} is not a manifest: dump_id or tables are missing`);
}

/**
 * The files to read, in order. A table that a later dump reloads in full (`incremental: false`, its label was edited)
 * is what that dump says: earlier files of it no longer hold.
 */
export function planFiles(manifests: readonly Manifest[]): DumpFile[] {
  const reloadedBy = new Map<string, number>();
  for (const { dump_id, tables } of manifests) {
    for (const { name, incremental } of tables) {
      if (incremental === false) reloadedBy.set(name, Math.max(dump_id, reloadedBy.get(name) ?? dump_id));
    }
  }
  const planned = manifests.flatMap(({ dump_id, tables }) =>
    tables
      .filter(({ name }) => dump_id >= (reloadedBy.get(name) ?? dump_id))
      .flatMap(({ name, files }) => files.map((file) => ({ dump_id, table: name, file: keyOf(file) }))),
  );
  planned.sort(comparePlaces);
  return planned;
}

/** Bucket and prefix differ between a manifest and a copy of the dump; the last three parts do not. */
export const keyOf = (path: string): string => path.split(/[/\\]/).slice(-3).join('/');

export function comparePlaces(left: DumpFile, right: DumpFile): number {
  return left.dump_id - right.dump_id || order(left.table, right.table) || order(left.file, right.file);
}

function order(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
