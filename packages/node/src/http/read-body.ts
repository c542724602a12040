import { longestTimerMs, maxBodyBytes } from '@tracklayer/core/adapter';
import type { HttpRequest } from './http-request.ts';
import { refusal } from './problem.ts';

/** How much of a body is read, and for how long. */
export interface BodyLimits {
  /** Bytes, before and after decompression. Default 1 MiB (docs/wire.md W-12, W-14). */
  maxBytes?: number | undefined;
  /** How long the body may take to arrive, in milliseconds. Default `30_000`. */
  timeoutMs?: number | undefined;
}

// A lenient decoder would pass U+FFFD on in place of what was sent. A BOM stays in, and is then no JSON.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const jsonType = /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i;

/**
 * The text of a JSON request. Reading stops at the limits, so that nobody fills our memory or holds our connections.
 *
 * @throws Refusal 415 for other content, 413 over the limit, 408 for a slow body, 400 for bytes that are cut short or
 *   are not UTF-8.
 */
export async function readBody(
  request: HttpRequest,
  { maxBytes = maxBodyBytes, timeoutMs = 30_000 }: BodyLimits = {},
): Promise<string> {
  // A page can post text/plain and forms to any origin without asking; JSON it cannot.
  if (!jsonType.test(request.header('content-type') ?? '')) {
    throw refusal(415, 'unsupported_content_type', 'send Content-Type: application/json in UTF-8');
  }
  const encoding = request.header('content-encoding')?.trim().toLowerCase() || 'identity';
  if (encoding !== 'identity' && encoding !== 'gzip') {
    throw refusal(415, 'unsupported_encoding', 'send the body as it is or with Content-Encoding: gzip', {
      headers: { 'accept-encoding': 'gzip' },
    });
  }
  if (Number(request.header('content-length')) > maxBytes) throw tooLarge(maxBytes);
  const bytes = await readInTime(request, maxBytes, timeoutMs);
  return decode(encoding === 'gzip' ? await inflate(bytes, maxBytes) : bytes);
}

async function readInTime(request: HttpRequest, maxBytes: number, timeoutMs: number): Promise<Uint8Array> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), Math.min(timeoutMs, longestTimerMs));
  try {
    const read = await request.read(maxBytes, controller.signal);
    if (read === 'too_large') throw tooLarge(maxBytes);
    if (read !== 'cut') return read;
    throw controller.signal.aborted
      ? refusal(408, 'slow_body', `the body did not arrive within ${timeoutMs} ms; send it again`)
      : incomplete();
  } finally {
    clearTimeout(timer);
  }
}

const tooLarge = (maxBytes: number) =>
  refusal(413, 'body_too_large', `a body has at most ${maxBytes} bytes after decompression`);
const incomplete = () => refusal(400, 'incomplete_body', 'the body ended before its end');

async function inflate(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  const { gunzip } = await import('node:zlib');
  return new Promise((resolve, reject) => {
    gunzip(bytes, { maxOutputLength: maxBytes }, (error, inflated) => {
      if (!error) resolve(inflated);
      else
        reject('code' in error && error.code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge(maxBytes) : incomplete());
    });
  });
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw refusal(400, 'invalid_json', 'the body is not UTF-8');
  }
}
