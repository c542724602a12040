import { relayThat, type Answering, type Arrived } from '../relay.ts';

/** A relay that takes sightings, unless `answers` says something else. */
export const relayWithDrift = (answers: Answering = () => undefined) =>
  relayThat((request) => answers(request) ?? received(request));

function received({ path, body }: Arrived): ReturnType<Answering> {
  const { sightings } = body;
  if (!path.endsWith('/api/drift') || !Array.isArray(sightings)) return undefined;
  return { status: 200, body: { received: sightings.length } };
}
