import { pipeline, Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { TrackLayerError } from '@tracklayer/core';

/** One row of a table, by column. */
export type Row = Readonly<Record<string, unknown>>;

// Every block ends with the marker that the header names.
const syncLength = 16;
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
  let sync: Buffer | undefined;
  let end = Buffer.alloc(0);
  decoder.once(
    'metadata',
    (_type: unknown, _codec: string, header: { sync: Buffer }) => (sync = header.sync),
  );
  async function* watched(): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      end = Buffer.concat([end, chunk.subarray(-syncLength)]).subarray(-syncLength);
      yield chunk;
    }
  }
  pipeline(Readable.from(watched()), decoder, () => undefined);
  try {
    for await (const row of decoder) yield row as Row;
  } catch {
    // Not passed on as `cause`: a decoder quotes what it could not read.
    throw damaged(name);
  }
  // The decoder takes a file that ends within a block for whole.
  if (!sync?.equals(end)) throw damaged(name);
}

const damaged = (name: string): TrackLayerError =>
  new TrackLayerError('heap', `${name} is not an Avro file, or is damaged or cut short`);
