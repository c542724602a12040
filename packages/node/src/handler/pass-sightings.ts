import type { Registry } from '@tracklayer/core';
import { knownLabels } from '../drift/known-labels.ts';
import { parseObject } from '../http/parse-object.ts';
import { unavailable } from '../http/problem.ts';
import { jsonReply, type Reply } from '../http/reply.ts';
import { readSightings } from '../http/sightings.ts';
import type { NodeClient } from '../node-client.ts';

const limits = { maxSightings: 100, maxCount: 100_000 };

/**
 * Passes on which labels a page saw (docs/wire.md W-38), from the text of its body. With a registry only those that it
 * names, or nearly: a page could say anything.
 *
 * @throws Refusal 400 for no JSON, 422 for sightings that break the contract, 503 when the relay does not take them.
 */
export function createPassSightings(
  client: Partial<Pick<NodeClient, 'reportSightings'>>,
  registry: Registry | undefined,
): (text: string) => Promise<Reply> {
  const isKnown = registry ? knownLabels(registry) : () => true;
  return async (text) => {
    const { sightings } = parseObject(text, '{ "sightings": [sighting, …] }');
    const known = readSightings(sightings, limits).filter(({ source, source_event }) =>
      isKnown(source, source_event),
    );
    if (known.length > 0 && !(await client.reportSightings?.(known))) {
      throw unavailable('relay_unavailable', 'the counts are not stored yet; send the same request again');
    }
    return jsonReply({ received: known.length }, { status: 202 });
  };
}
