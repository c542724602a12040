import type { Problem, Registry } from '@tracklayer/core';
import { knownLabels } from '../drift/known-labels.ts';
import { isLabel, isSource, type Sighting } from '../drift/sighting.ts';
import type { NodeClient } from '../node-client.ts';
import { refusal, unavailable, type Refusal } from './problem.ts';
import { isObject, parseObject } from './read-messages.ts';

const maxSightings = 100;
const maxCount = 100_000;

/**
 * Passes on which labels a page saw (docs/wire.md W-38), from the text of its body. With a registry only those that it
 * names, or nearly: a page could say anything.
 *
 * @throws Refusal 400 for no JSON, 422 for sightings that break the contract.
 */
export function createPassSightings(
  client: Partial<Pick<NodeClient, 'reportSightings'>>,
  registry: Registry | undefined,
): (text: string) => Promise<Response> {
  const isKnown = registry ? knownLabels(registry) : () => true;
  return async (text) => {
    const { sightings } = parseObject(text, '{ "sightings": [sighting, …] }');
    const known = readSightings(sightings).filter(({ source, source_event }) =>
      isKnown(source, source_event),
    );
    if (known.length > 0 && !(await client.reportSightings?.(known))) {
      return unavailable('relay_unavailable', 'the counts are not stored yet; send the same request again');
    }
    return Response.json({ received: known.length }, { status: 202 });
  };
}

function readSightings(list: unknown): Sighting[] {
  if (!Array.isArray(list) || list.length === 0 || list.length > maxSightings) {
    throw broken([
      {
        path: 'sightings',
        message: `must be a list of 1 to ${maxSightings} sightings`,
        code: 'invalid',
      },
    ]);
  }
  const errors: Problem[] = [];
  const sightings = list.map((given: unknown, place) => {
    const { source, source_event, count } = isObject(given) ? given : {};
    const wrong = (field: string, message: string): unknown =>
      errors.push({ path: `sightings.${place}.${field}`, message, code: 'invalid' });
    if (!isSource(source)) wrong('source', 'is not 1 to 64 of A-Z a-z 0-9 _ . -');
    if (!isLabel(source_event)) wrong('source_event', 'is no label of 1 to 255 characters without @');
    if (!Number.isSafeInteger(count) || Number(count) < 1 || Number(count) > maxCount) {
      wrong('count', 'is no whole number from 1 to 100,000');
    }
    return { source, source_event, count } as Sighting;
  });
  if (errors.length > 0) throw broken(errors);
  return sightings;
}

const broken = (errors: readonly Problem[]): Refusal =>
  refusal(422, 'invalid_sightings', 'the sightings break the contract', { errors });
