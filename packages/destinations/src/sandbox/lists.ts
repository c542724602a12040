/** What a platform holds of people: members of its lists, or users' properties. */
export interface Lists {
  put(list: string, key: string, entry: unknown): void;
  remove(list: string, key: string): void;
  /** By key, as they are now. */
  of(list: string): ReadonlyMap<string, unknown>;
  /** All that have members, by list and key. */
  all(): Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  clear(): void;
}

/** Lists that were made here, by id with their names. */
export const madeLists = 'lists';

/** The types of those that have one, by id. */
export const typesOfLists = 'types of lists';

/** Makes a list. @returns its id. */
export function makeList(lists: Lists, name: string, type?: string): string {
  const id = `${lists.of(madeLists).size + 70_001}`;
  lists.put(madeLists, id, name);
  if (type !== undefined) lists.put(typesOfLists, id, type);
  return id;
}

export function createLists(): Lists {
  const lists = new Map<string, Map<string, unknown>>();
  const of = (list: string): Map<string, unknown> => {
    let members = lists.get(list);
    if (!members) lists.set(list, (members = new Map()));
    return members;
  };
  return {
    of,
    put: (list, key, entry) => void of(list).set(key, entry),
    remove: (list, key) => void of(list).delete(key),
    all: () =>
      Object.fromEntries(
        [...lists].flatMap(([list, members]) =>
          members.size === 0 ? [] : [[list, Object.fromEntries(members)] as const],
        ),
      ),
    clear: () => lists.clear(),
  };
}
