import type { Problem } from '@tracklayer/core';
import { problemAt } from '@tracklayer/core/adapter';
import { isLabel, isSource, type Sighting } from '../drift/sighting.ts';
import { isFields } from './parse-object.ts';
import { refusal } from './problem.ts';

/** How much one report may say: a page less than a server. */
export interface SightingLimits {
  maxSightings: number;
  maxCount: number;
}

/**
 * Reads the sightings of `POST /api/drift` (docs/wire.md W-38): all of them.
 *
 * @throws Refusal 422 that says what is wrong, without a word of theirs.
 */
export function readSightings(list: unknown, { maxSightings, maxCount }: SightingLimits): Sighting[] {
  if (!Array.isArray(list) || list.length === 0 || list.length > maxSightings) {
    throw broken([problemAt('sightings', `must be a list of 1 to ${maxSightings} sightings`)]);
  }
  const errors: Problem[] = [];
  const sightings = list.map((given: unknown, place): Sighting => {
    const { source, source_event, count } = isFields(given) ? given : {};
    const wrong = (field: string, message: string): unknown =>
      errors.push(problemAt(`sightings.${place}.${field}`, message));
    if (!isSource(source)) wrong('source', 'must be 1 to 64 of A-Z a-z 0-9 _ . -');
    if (!isLabel(source_event)) wrong('source_event', 'must be a label of 1 to 255 characters without @');
    if (!Number.isSafeInteger(count) || Number(count) < 1 || Number(count) > maxCount) {
      wrong('count', `must be a whole number from 1 to ${maxCount.toLocaleString('en')}`);
    }
    return { source, source_event, count } as Sighting;
  });
  if (errors.length > 0) throw broken(errors);
  return sightings;
}

const broken = (errors: readonly Problem[]) =>
  refusal(422, 'invalid_sightings', 'the sightings break the contract', { errors: errors.slice(0, 20) });
