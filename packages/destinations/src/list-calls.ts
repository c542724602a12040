import type { Access, DestinationAnswer, DestinationRequest, Outcome } from './exchange.ts';

/** What a target says where the list shall be made. */
export interface MadeTarget {
  /** Makes the list when the account has none of this name. Default `false`. */
  create?: boolean | undefined;
  /** The list's name there. Default: the audience's. */
  name?: string | undefined;
}

/** What a platform says of one of its lists, as far as it does. */
export interface ListFacts {
  /** People that the list reaches. */
  size?: number | undefined;
  /** Of the people that were sent, those that the platform knows, in percent. */
  match_rate?: number | undefined;
  /** The platform's own word: `READY`. */
  state?: string | undefined;
}

/** Calls about a list as a whole. Pure functions, as those about its members. */
export interface ListCalls<Settings extends object, Target extends object> {
  /** Size and match rate. */
  measure: {
    request(settings: Settings, target: Target, access: Access): DestinationRequest;
    read(answer: DestinationAnswer): { facts: ListFacts } | { all: Outcome };
  };
  /** Makes lists; one that has the name is taken, so that a lost answer makes none twice. */
  making?:
    | {
        find(name: string, settings: Settings, target: Target, access: Access): DestinationRequest;
        /** The target with its id; nothing when there is none of this name. */
        readFound(
          answer: DestinationAnswer,
          name: string,
          target: Target,
        ): { found: Target | undefined } | { all: Outcome };
        create(name: string, settings: Settings, target: Target, access: Access): DestinationRequest;
        /** The target with its id; nothing where the answer does not tell it: it is found by its name then. */
        readMade(answer: DestinationAnswer): { made: Target | undefined } | { all: Outcome };
      }
    | undefined;
}
