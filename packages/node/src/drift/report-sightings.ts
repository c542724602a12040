import { readResponse } from '@tracklayer/core/adapter';
import type { HttpTransportOptions } from '@tracklayer/core/http';
import type { KyInstance } from 'ky';
import type { Sighting } from './sighting.ts';

/**
 * Tells the relay which labels were seen, and how often: at most 500 in a request.
 *
 * @returns whether the relay took them all; never rejects.
 */
export type ReportSightings = (sightings: readonly Sighting[]) => Promise<boolean>;

const maxPerRequest = 500;

/** ky is loaded at the first report. */
export function createReportSightings(
  { endpoint, key, userAgent }: Pick<HttpTransportOptions, 'endpoint' | 'key' | 'userAgent'>,
  requestTimeoutMs: number,
): ReportSightings {
  let loading: Promise<{ default: KyInstance }> | undefined;

  async function post(sightings: readonly Sighting[]): Promise<boolean> {
    const { default: ky } = await (loading ??= import('ky'));
    const response = await ky.post(`${endpoint.replace(/\/+$/, '')}/api/drift`, {
      json: { sightings },
      headers: {
        // The same for the repetition below: what came twice counts once.
        'idempotency-key': crypto.randomUUID(),
        ...(key && { authorization: `Bearer ${key}` }),
        ...(userAgent && { 'user-agent': userAgent }),
      },
      redirect: 'manual',
      // What had no answer. Whoever answers 503 is asked again with the next report.
      retry: { limit: 1, methods: ['post'] },
      signal: AbortSignal.timeout(requestTimeoutMs),
      timeout: false,
      throwHttpErrors: false,
    });
    const { status, body } = await readResponse(response);
    // A portal answers 200 too.
    return status === 200 && receivedIn(body) === sightings.length;
  }

  return async (sightings) => {
    try {
      for (let from = 0; from < sightings.length; from += maxPerRequest) {
        if (!(await post(sightings.slice(from, from + maxPerRequest)))) return false;
      }
      return true;
    } catch {
      return false;
    }
  };
}

function receivedIn(text: string): unknown {
  const answer = JSON.parse(text) as { received?: unknown } | null;
  return answer?.received;
}
