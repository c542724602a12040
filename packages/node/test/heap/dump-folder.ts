import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { finished } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import avro from 'avsc';
import { compress } from 'snappyjs';
import { temporaryFolder } from '../temporary-folder.ts';

interface DumpTable {
  rows: Record<string, string | number | null>[];
  incremental?: boolean;
}

/** Writes a dump as Heap Connect lays it out: a manifest, and Snappy Avro files of at most `rowsPerFile` rows. */
export async function writeDump(
  dump_id: number,
  tables: Record<string, DumpTable>,
  { folder = temporaryFolder(), rowsPerFile = 10_000 } = {},
): Promise<string> {
  const listed = [];
  for (const [name, { rows, incremental = true }] of Object.entries(tables)) {
    const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    const files: string[] = [];
    for (let from = 0; from < rows.length; from += rowsPerFile) {
      const file = `sync_${dump_id}/${name}/part-${String(files.length).padStart(5, '0')}-a.avro`;
      await writeAvro(join(folder, file), columns, rows.slice(from, from + rowsPerFile));
      files.push(`s3://heap-rs3-test/${file}`);
    }
    listed.push({ name, columns, files, incremental });
  }
  mkdirSync(join(folder, 'manifests'), { recursive: true });
  writeFileSync(join(folder, `manifests/sync_${dump_id}.json`), JSON.stringify({ dump_id, tables: listed }));
  return folder;
}

async function writeAvro(path: string, columns: string[], rows: DumpTable['rows']): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const fields = columns.map((name) => ({ name, type: ['null', 'string', 'long'], default: null }));
  const type = avro.Type.forSchema(
    { type: 'record', name: 'row', fields },
    {
      wrapUnions: false,
    },
  );
  const encoder = new avro.streams.BlockEncoder(type, {
    codec: 'snappy',
    codecs: { snappy },
    blockSize: 4_096,
  });
  const file = encoder.pipe(createWriteStream(path));
  for (const row of rows) encoder.write(row);
  encoder.end();
  await finished(file);
}

function snappy(block: Buffer, done: (error?: Error, packed?: Buffer) => void): void {
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(block));
  done(undefined, Buffer.concat([compress(block), checksum]));
}
