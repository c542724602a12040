import type { MessageKind, WireEvent, WireIdentify } from '@tracklayer/core';

/** A message as it came: an event, an identify, or something that is neither. */
export type AnyMessage = Partial<WireEvent & WireIdentify>;

/** One request as it arrived, decompressed. */
export interface DecodedRequest {
  kind: MessageKind;
  url: string;
  headers: Readonly<Record<string, string>>;
  /** The body as text. */
  text: string;
  isBatch: boolean;
  /** One message, or those of a batch in order; none when the body is no JSON. */
  messages: readonly AnyMessage[];
  /** `TrackLayer-Attempt` (docs/wire.md W-15); 1 when absent. */
  attempt: number;
  idempotency_key: string | null;
}

export async function decodeRequest(kind: MessageKind, request: Request): Promise<DecodedRequest> {
  const { headers, url } = request;
  const text = await readText(request);
  const body = readObject(text);
  const batch = (body as { batch?: unknown } | undefined)?.batch;
  const isBatch = Array.isArray(batch);
  return {
    kind,
    url,
    headers: Object.fromEntries(headers.entries()),
    text,
    isBatch,
    messages: isBatch ? (batch as AnyMessage[]) : body ? [body] : [],
    attempt: Number(headers.get('tracklayer-attempt') ?? 1),
    idempotency_key: headers.get('idempotency-key'),
  };
}

/** The body's text, decompressed where it says gzip (docs/wire.md W-14). */
export function readText(request: Request): Promise<string> {
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
