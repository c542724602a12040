import type { JsonObject } from '@tracklayer/core';
import type { ListFacts } from '@tracklayer/destinations';

/** What is known of a list of a platform, besides its members. */
export interface ListRecord extends ListFacts {
  /** The id of a list that was made here. */
  made?: string | undefined;
  /** Why it could not be made or asked for. */
  problem?: string | undefined;
  /** When the platform was asked last, ISO-8601. */
  at: string;
}

/** What a list's chore remembers. */
export interface Progress {
  /** The target that was given when the list was made: of another one, it is not the list. */
  given?: string | undefined;
  made?: JsonObject | undefined;
  facts?: ListFacts | undefined;
  problem?: string | undefined;
  at?: string | undefined;
}

/** Names a list among those of an environment. */
export const listKey = (destination: string, audience: string): string => `${destination}/${audience}`;

/** What people read of a chore; nothing before the platform was asked. */
export function recordOf({ facts, made, problem, at }: Progress): ListRecord | undefined {
  return at === undefined ? undefined : { ...facts, made: idOf(made), problem, at };
}

/** The id of a made target: the one text in it. */
const idOf = (target: JsonObject | undefined): string | undefined =>
  target && Object.values(target).find((id) => typeof id === 'string');
