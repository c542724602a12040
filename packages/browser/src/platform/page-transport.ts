import type { MessageKind, Transport } from '@tracklayer/core';
import { readResponse } from '@tracklayer/core/adapter';

// Browsers refuse requests that outlive their page when together they carry over 64 KiB (Fetch, "in-flight keepalive").
const maxKeepaliveBytes = 61_440;
const budgetKey = Symbol.for('tracklayer.keepalive');

/** Bytes of keepalive requests in flight, of all clients of the page, also of other copies of this package. */
function keepaliveBudget(): { bytes: number } {
  const page = window as { [budgetKey]?: { bytes: number } };
  return (page[budgetKey] ??= { bytes: 0 });
}

/** `fetch`, as it is at this moment (`endpoint` ends without a slash): a page that replaces it later changes nothing. Redirects are answers (wire §5). */
export function createPageTransport(
  endpoint: string,
  paths: Partial<Record<MessageKind, string>> | undefined,
): Transport {
  const { fetch } = window;
  const urls: Record<MessageKind, string> = {
    capture: endpoint + (paths?.capture ?? '/api/capture'),
    identify: endpoint + (paths?.identify ?? '/api/identify'),
  };
  const budget = keepaliveBudget();
  const room = (): number => maxKeepaliveBytes - budget.bytes;
  return {
    async send({ kind, body, bytes, idempotency_key, attempt }, { signal }) {
      // What is in flight when the page is left survives it, too, where it fits.
      const keepalive = bytes <= room();
      const kept = keepalive ? bytes : 0;
      budget.bytes += kept;
      try {
        const response = await fetch.call(window, urls[kind], {
          method: 'POST',
          body,
          headers: {
            'content-type': 'application/json',
            'idempotency-key': idempotency_key,
            'tracklayer-attempt': String(attempt),
          },
          credentials: 'same-origin',
          redirect: 'manual',
          keepalive,
          signal,
        });
        return await readResponse(response);
      } finally {
        budget.bytes -= kept;
      }
    },
    room,
  };
}
