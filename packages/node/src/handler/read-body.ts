import { refusal, type Refusal } from './problem.ts';

const tooLarge = (limit: number): Refusal =>
  refusal(413, 'body_too_large', `a body has at most ${limit} bytes after decompression`);
const incomplete = (): Refusal => refusal(400, 'incomplete_body', 'the body ended before its end');

/**
 * The text of a JSON request. Reading stops at `limit` bytes, before and after decompression, so that nobody fills our
 * memory (docs/wire.md W-14).
 *
 * @throws Refusal 415 for other content, 413 over the limit, 400 for bytes that are cut short or no UTF-8.
 */
export async function readBody({ headers, body }: Request, limit: number): Promise<string> {
  // A page can post text/plain and forms to any origin without asking; JSON it cannot.
  if (!/^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(headers.get('content-type') ?? '')) {
    throw refusal(415, 'unsupported_content_type', 'send Content-Type: application/json in UTF-8');
  }
  const encoding = headers.get('content-encoding')?.trim().toLowerCase() || 'identity';
  if (encoding !== 'identity' && encoding !== 'gzip') {
    throw refusal(415, 'unsupported_encoding', 'send the body as it is or with Content-Encoding: gzip', {
      headers: { 'accept-encoding': 'gzip' },
    });
  }
  if (Number(headers.get('content-length')) > limit) throw tooLarge(limit);
  const bytes = await readUpTo(limit, body);
  return decode(encoding === 'gzip' ? await inflate(bytes, limit) : bytes);
}

async function readUpTo(limit: number, body: ReadableStream<Uint8Array> | null): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = body?.getReader();
  for (;;) {
    const next = await reader?.read().catch(() => Promise.reject(incomplete()));
    if (!next?.value) return Buffer.concat(chunks);
    length += next.value.byteLength;
    if (length > limit) {
      // What is still on its way is not read; a connection that fails meanwhile changes nothing.
      reader?.cancel().catch(() => undefined);
      throw tooLarge(limit);
    }
    chunks.push(next.value);
  }
}

async function inflate(bytes: Uint8Array, limit: number): Promise<Uint8Array> {
  const { gunzip } = await import('node:zlib');
  return new Promise((resolve, reject) => {
    gunzip(bytes, { maxOutputLength: limit }, (error, inflated) => {
      if (!error) resolve(inflated);
      else reject('code' in error && error.code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge(limit) : incomplete());
    });
  });
}

function decode(bytes: Uint8Array): string {
  try {
    // A lenient decoder would pass U+FFFD on in place of what was sent. A BOM stays in, and is then no JSON.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw refusal(400, 'invalid_json', 'the body is not UTF-8');
  }
}
