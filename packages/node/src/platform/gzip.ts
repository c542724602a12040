import type { gzip as Gzip } from 'node:zlib';

/**
 * Compresses off the main thread; zlib is loaded at the first body that needs it (docs/wire.md W-14). Level 1: JSON that
 * repeats itself is a tenth larger than at level 6, and costs a fifth of the time.
 */
export async function gzip(text: string): Promise<Uint8Array> {
  const zlib: { gzip: typeof Gzip } = await import('node:zlib');
  return new Promise((resolve, reject) => {
    zlib.gzip(text, { level: 1 }, (error, bytes) => (error ? reject(error) : resolve(bytes)));
  });
}
