import type { Access, DestinationAnswer, DestinationRequest, Outcome } from '@tracklayer/destinations';
import type { AudienceTarget } from '../audiences/rules.ts';
import { callDestination, type Calls } from '../deliver/call-destination.ts';

/** What a call was for, or why it came to nothing. */
export type Answered<Read> = Read | { all: Outcome };

/** One call about a list as a whole. */
export async function callList<Read extends object>(
  { configured }: AudienceTarget,
  calls: Calls,
  make: (access: Access) => DestinationRequest,
  read: (answer: DestinationAnswer) => Answered<Read>,
): Promise<Answered<Read>> {
  const { reading } = await callDestination(configured, calls, make, read);
  return reading as Answered<Read>;
}
