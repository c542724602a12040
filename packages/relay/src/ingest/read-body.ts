import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { refusal } from '../problem.ts';

/** Bytes of a request body, before and after decompression (docs/wire.md W-12, W-14). */
const maxBodyBytes = 1_048_576;

const inflate = promisify(gunzip);
const tooLarge = () => refusal(413, 'body_too_large', 'a body has at most 1 MiB after decompression');

/**
 * The text of a JSON request. Reading stops at the limit, so nobody fills our memory.
 *
 * @throws 415 for other content, 413 over the limit, 400 for bytes that are cut short or no UTF-8.
 */
export async function readBody(request: Request): Promise<string> {
  const type = request.headers.get('content-type') ?? '';
  // A page can post text/plain and forms to any origin without asking; JSON it cannot.
  if (!/^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(type)) {
    throw refusal(415, 'unsupported_content_type', 'send Content-Type: application/json in UTF-8');
  }
  const encoding = request.headers.get('content-encoding')?.trim().toLowerCase() || 'identity';
  if (encoding !== 'identity' && encoding !== 'gzip') {
    throw refusal(415, 'unsupported_encoding', 'send the body as it is or with Content-Encoding: gzip', {
      headers: { 'accept-encoding': 'gzip' },
    });
  }
  const bytes = await readBytes(request);
  return decode(encoding === 'gzip' ? await decompress(bytes) : bytes);
}

async function readBytes(request: Request): Promise<Uint8Array> {
  const declared = request.headers.get('content-length');
  if (Number(declared) > maxBodyBytes) throw tooLarge();
  try {
    // A declared length is enforced by the HTTP server, so such a body can be read in one go, which is quicker.
    if (declared) {
      const bytes = new Uint8Array(await request.arrayBuffer());
      if (bytes.byteLength <= maxBodyBytes) return bytes;
    } else {
      const bytes = await readUpTo(request.body, maxBodyBytes);
      if (bytes) return bytes;
    }
  } catch {
    throw refusal(400, 'incomplete_body', 'the body ended before its declared end');
  }
  throw tooLarge();
}

async function readUpTo(
  body: ReadableStream<Uint8Array> | null,
  limit: number,
): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = body?.getReader();
  for (;;) {
    const next = await reader?.read();
    if (!next?.value) return Buffer.concat(chunks);
    length += next.value.byteLength;
    if (length > limit) {
      await reader?.cancel();
      return undefined;
    }
    chunks.push(next.value);
  }
}

async function decompress(bytes: Uint8Array): Promise<Uint8Array> {
  try {
    return await inflate(bytes, { maxOutputLength: maxBodyBytes });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    throw refusal(400, 'incomplete_body', 'the body is not complete gzip');
  }
}

// A lenient decoder would store U+FFFD in place of what was sent. The BOM stays in, and is then no JSON (RFC 8259 §8.1).
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw refusal(400, 'invalid_json', 'the body is not UTF-8');
  }
}
