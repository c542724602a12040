import { lookup } from 'node:dns';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { readResponse } from '@tracklayer/core/adapter';
import { isPublicAddress, type DestinationAnswer, type DestinationRequest } from '@tracklayer/destinations';
import type { KyInstance } from 'ky';

const timeoutMs = 10_000;
const maxAnswerBytes = 1_048_576;

/** One attempt; never rejects. */
export type SendRequest = (
  request: DestinationRequest,
  options: { publicOnly: boolean; signal: AbortSignal },
) => Promise<DestinationAnswer | NoAnswer>;

/** No whole answer came, and why. */
interface NoAnswer {
  detail: string;
  /** There was no connection: nothing of the request left. */
  isUnsent: boolean;
}

const unsent: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ENOTFOUND: 'no address was found for its name',
  EAI_AGAIN: 'no address was found for its name',
  EHOSTUNREACH: 'its network cannot be reached',
  ENETUNREACH: 'its network cannot be reached',
  UND_ERR_CONNECT_TIMEOUT: 'no connection could be made in time',
  EPRIVATE: 'its host is in a private network; `allowPrivate` permits that',
};

/** Reads a failure's code from its innermost cause, which is the system's. */
function noAnswerOf(failure: unknown): NoAnswer {
  for (let error = failure; error instanceof Error; error = error.cause) {
    const detail = unsent['code' in error ? String(error.code) : ''];
    if (detail !== undefined) return { detail, isUnsent: true };
  }
  return { detail: 'no answer came', isUnsent: false };
}

/** @param isUsed - something is sent soon: what it takes is loaded now, and not in the way of the first request. */
export function createSendRequest(isUsed: boolean): SendRequest {
  let loading: Promise<{ default: KyInstance }> | undefined = isUsed ? import('ky') : undefined;
  return async ({ url, method, headers, body }, { publicOnly, signal }) => {
    const ends = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    try {
      if (publicOnly) return await sendPublic({ url, method, headers, body }, ends);
      const { default: ky } = await (loading ??= import('ky'));
      const response = await ky(url, {
        method,
        headers: { ...headers },
        ...(body !== undefined && { body }),
        redirect: 'manual',
        retry: 0,
        timeout: false,
        throwHttpErrors: false,
        signal: ends,
      });
      return await readResponse(response);
    } catch (error) {
      return noAnswerOf(error);
    }
  };
}

/** Resolves once, and connects to that address only if it is of the public internet: a name can lie, an address cannot. */
const publicLookup: LookupFunction = (hostname, options, done) => {
  lookup(hostname, options, (error, address, family) => {
    const all = [address].flat().map((one) => (typeof one === 'string' ? one : one.address));
    const isPrivate = !error && !all.every(isPublicAddress);
    if (isPrivate) done(Object.assign(new Error('a private network'), { code: 'EPRIVATE' }), '', 4);
    else done(error, address, family);
  });
};

function sendPublic(
  { url, method, headers, body }: DestinationRequest,
  signal: AbortSignal,
): Promise<DestinationAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpsRequest(url, { method, headers, signal, lookup: publicLookup }, (incoming) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      const answer = (text: string): DestinationAnswer => ({
        status: incoming.statusCode ?? 0,
        body: text,
        content_type: incoming.headers['content-type'],
        retry_after: incoming.headers['retry-after'],
        date: incoming.headers.date,
      });
      incoming.on('data', (chunk: Buffer) => {
        bytes += chunk.byteLength;
        if (bytes <= maxAnswerBytes) chunks.push(chunk);
        else {
          // As `readResponse` has it: the status counts.
          resolve(answer(''));
          incoming.destroy();
        }
      });
      incoming.on('error', reject);
      incoming.on('end', () => resolve(answer(Buffer.concat(chunks).toString('utf8'))));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
