import type { Problem } from '@tracklayer/core';
import type { Sighting } from '@tracklayer/node';

const maxSightings = 500;
const source = /^[\w.-]{1,64}$/;
// Counts are all that a sighting tells, and a label that holds an address tells more.
const label = /^[^@\p{Cc}\p{Cs}]{1,255}$/u;

/** Reads the sightings of `POST /api/drift`; all of them, or what is wrong without a word of theirs. */
export function readSightings(list: unknown): { sightings: Sighting[] } | { errors: Problem[] } {
  if (!Array.isArray(list) || list.length === 0 || list.length > maxSightings) {
    return {
      errors: [
        { path: 'sightings', message: `must be a list of 1 to ${maxSightings} sightings`, code: 'invalid' },
      ],
    };
  }
  const errors: Problem[] = [];
  const sightings = list.map((given: unknown, place) => {
    const sighting = (typeof given === 'object' && given !== null ? given : {}) as Partial<Sighting>;
    const wrong = (field: string, message: string): unknown =>
      errors.push({ path: `sightings.${place}.${field}`, message, code: 'invalid' });
    if (!matches(sighting.source, source)) wrong('source', 'is not 1 to 64 of A-Z a-z 0-9 _ . -');
    if (!matches(sighting.source_event, label))
      wrong('source_event', 'is no label of 1 to 255 characters without @');
    if (!Number.isSafeInteger(sighting.count) || Number(sighting.count) < 1 || Number(sighting.count) > 1e9)
      wrong('count', 'is no whole number from 1 to 1,000,000,000');
    return sighting as Sighting;
  });
  return errors.length > 0 ? { errors } : { sightings };
}

const matches = (value: unknown, shape: RegExp): boolean => typeof value === 'string' && shape.test(value);
