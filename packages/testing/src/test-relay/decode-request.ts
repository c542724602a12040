import type { MessageKind, WireEvent, WireIdentify } from '@tracklayer/core';

/** What a request holds: messages, or counts of the labels that were seen (docs/wire.md W-38). */
export type RequestKind = MessageKind | 'sightings';

export const pathOf: Readonly<Record<RequestKind, string>> = {
  capture: '/api/capture',
  identify: '/api/identify',
  sightings: '/api/drift',
};

/** What is posted to this path; `undefined` where a relay takes nothing. */
export const kindOf = (path: string): RequestKind | undefined =>
  (Object.keys(pathOf) as RequestKind[]).find((kind) => pathOf[kind] === path);

/** A message as it came: an event, an identify, or something that is neither. */
export type AnyMessage = Partial<WireEvent & WireIdentify>;

/** One request as it arrived, decompressed. */
export interface DecodedRequest {
  kind: RequestKind;
  url: string;
  headers: Readonly<Record<string, string>>;
  /** The body as text. */
  text: string;
  isBatch: boolean;
  /** One message, or those of a batch in order; none of sightings, and none when the body is no JSON. */
  messages: readonly AnyMessage[];
  /** The client's clock at sending, of a batch as of a message alone (docs/wire.md W-13). */
  sent_at: string | undefined;
  /** `TrackLayer-Attempt` (docs/wire.md W-15); 1 when absent. */
  attempt: number;
  idempotency_key: string | null;
}

export async function decodeRequest(kind: RequestKind, request: Request): Promise<DecodedRequest> {
  const { headers, url } = request;
  const text = await readText(request);
  const body = readObject(text);
  const { batch, sent_at } = (body ?? {}) as { batch?: unknown; sent_at?: unknown };
  const isBatch = Array.isArray(batch);
  return {
    kind,
    url,
    headers: Object.fromEntries(headers.entries()),
    text,
    isBatch,
    messages: kind === 'sightings' ? [] : isBatch ? (batch as AnyMessage[]) : body ? [body] : [],
    sent_at: typeof sent_at === 'string' ? sent_at : undefined,
    attempt: Number(headers.get('tracklayer-attempt') ?? 1),
    idempotency_key: headers.get('idempotency-key'),
  };
}

/** The body's text, decompressed where it says gzip (docs/wire.md W-14). */
function readText(request: Request): Promise<string> {
  const { body, headers } = request;
  if (headers.get('content-encoding') !== 'gzip' || !body) return request.text();
  return new Response(body.pipeThrough(new DecompressionStream('gzip'))).text();
}

function readObject(text: string): AnyMessage | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
