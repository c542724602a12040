import { pipeline, Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { TrackLayerError } from '@tracklayer/core';

/** One row of a table, by column. */
export type Row = Readonly<Record<string, unknown>>;

const maxBlockBytes = 256 * 1_024 * 1_024;

/** Loads the optional peers. @throws TrackLayerError `invalid_options` when they are not installed. */
async function loadAvro() {
  try {
    const [avsc, snappy] = await Promise.all([import('avsc'), import('snappyjs')]);
    return { avsc: avsc.default, snappy: snappy.default ?? snappy };
  } catch (cause) {
    throw new TrackLayerError(
      'invalid_options',
      'avsc and snappyjs read the dump and are not installed: npm install avsc snappyjs',
      { cause },
    );
  }
}

/** The rows of one Avro container file, plain, deflated or Snappy, a block at a time. */
export async function* readAvroRows(name: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Row> {
  const { avsc, snappy } = await loadAvro();
  const decoder = new avsc.streams.BlockDecoder({
    codecs: {
      snappy: (block: Buffer, done: (error?: Error, plain?: Buffer) => void) => {
        try {
          const plain = Buffer.from(snappy.uncompress(block.subarray(0, -4), maxBlockBytes));
          const isWhole = crc32(plain) === block.readUInt32BE(block.length - 4);
          done(isWhole ? undefined : new Error('checksum'), plain);
        } catch (cause) {
          done(cause as Error);
        }
      },
    },
  });
  let isHeaderRead = false;
  decoder.once('metadata', () => (isHeaderRead = true));
  pipeline(Readable.from(bytes), decoder, () => undefined);
  try {
    for await (const row of decoder) yield row as Row;
  } catch {
    // Not passed on as `cause`: a decoder quotes what it could not read.
    throw new TrackLayerError('heap', `${name} is damaged or was cut short`);
  }
  if (!isHeaderRead) throw new TrackLayerError('heap', `${name} is no Avro file`);
}
