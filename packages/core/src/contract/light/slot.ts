import { isPersonalName, personalNameOf } from '../../event/personal-names.ts';
import { typeRows, type TypeRow } from '../property-types.ts';

/** What is asked of one property, by its name. */
export interface Slot {
  readonly name: string;
  readonly row: TypeRow | undefined;
  /** A wrong value refuses the event; otherwise it is left out, and the event goes without it. */
  readonly refuses: boolean;
  readonly isRequired: boolean;
  /** It is hashed, or says that it is a hash: `email`, `email_sha256` (docs/wire.md W-18). */
  readonly isPersonal: boolean;
}

/** Finds what is asked of the property of a name; `place` is where it stands among its neighbours. */
export type SlotOf = (name: string, place: number) => Slot;

const remembered = 256;

/**
 * Remembers what is asked of each name. Call sites repeat themselves, so most names stand where they stood the last time
 * and cost one comparison.
 *
 * @param typeOf - the type of a property that has one.
 */
export function createSlots(
  typeOf: (name: string) => TypeRow | undefined,
  required: readonly string[],
): SlotOf {
  const byPlace: Slot[] = [];
  const byName = new Map<string, Slot>();

  function make(name: string): Slot {
    const typed = typeOf(name);
    const isHash = name.endsWith('_sha256');
    const isRequired = required.includes(name);
    return {
      name,
      row: typed ?? (isHash ? typeRows.hash : undefined),
      refuses: isRequired || typed !== undefined,
      isRequired,
      // A name that somebody gave a type means what they say, but for the nine names themselves.
      isPersonal: isHash || isPersonalName(name) || (!typed && personalNameOf(name) !== undefined),
    };
  }

  return (name, place) => {
    const before = byPlace[place];
    if (before !== undefined && before.name === name) return before;
    let slot = byName.get(name);
    if (!slot) {
      slot = make(name);
      if (byName.size < remembered) byName.set(name, slot);
    }
    if (place < remembered) byPlace[place] = slot;
    return slot;
  };
}
