import { createAskRelay, type RelayAddress } from '../http/ask-relay.ts';
import { isFields } from '../http/parse-object.ts';
import type { Sighting } from './sighting.ts';

/**
 * Tells the relay which labels were seen, and how often: at most 500 per request.
 *
 * @returns whether the relay took them all; never rejects.
 */
export type ReportSightings = (sightings: readonly Sighting[]) => Promise<boolean>;

const maxPerRequest = 500;

export function createReportSightings(address: RelayAddress): ReportSightings {
  const ask = createAskRelay(address);

  async function post(sightings: readonly Sighting[]): Promise<boolean> {
    const { status, body } = await ask({
      path: '/api/drift',
      method: 'post',
      json: { sightings },
      // The same for the repetition: what came twice counts once.
      headers: { 'idempotency-key': crypto.randomUUID() },
      // What had no answer. A relay that responds with 503 is asked again with the next report.
      again: true,
    });
    const answer: unknown = status === 200 ? JSON.parse(body) : undefined;
    // A portal answers 200 too.
    return isFields(answer) && answer['received'] === sightings.length;
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
