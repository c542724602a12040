import { maxAnswerBytes } from '../event/limits.ts';
import type { WireAnswer } from './transport.ts';

/** Reads a response to the end, so that its connection is free again, and keeps at most 1 MiB of it. */
export async function readResponse(response: Response): Promise<WireAnswer> {
  const { status, headers } = response;
  return {
    status,
    body: await readText(response),
    content_type: headers.get('content-type') ?? undefined,
    retry_after: headers.get('retry-after') ?? undefined,
    date: headers.get('date') ?? undefined,
  };
}

async function readText({ body, headers }: Response): Promise<string> {
  if (!body) return '';
  if (Number(headers.get('content-length')) > maxAnswerBytes) {
    await body.cancel();
    return '';
  }
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > maxAnswerBytes) {
      await reader.cancel();
      return '';
    }
    text += decoder.decode(value, { stream: true });
  }
}
