import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { noFilter, type Filter } from './filters.tsx';

/** What Live is to show next, and the way there. It is kept in memory: what is looked for stands in no address. */
export interface Looking {
  /** What was asked for, once. */
  take: () => Filter;
  lookFor: (filter: Partial<Filter>) => void;
}

/** One for a console. */
export function createLooking(): Looking {
  let asked: Filter | undefined;
  return {
    take() {
      const filter = asked ?? noFilter;
      asked = undefined;
      return filter;
    },
    lookFor(filter) {
      asked = { ...noFilter, ...filter };
      location.hash = '#/live';
    },
  };
}

export const LookingFor = createContext<Looking>(createLooking());

/** Opens Live with these filters. */
export const useLookFor = (): Looking['lookFor'] => useContext(LookingFor).lookFor;
