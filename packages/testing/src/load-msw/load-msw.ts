import type * as Msw from 'msw';
import type * as MswNode from 'msw/node';

/** msw's handlers; they come at the first relay, since they take most of the kit's start. */
export const loadMsw = (): Promise<typeof Msw> => import('msw');

// A page's bundler must not look for this one: msw refuses it there.
const nodeEntry = 'msw/node';

export const loadMswNode = (): Promise<typeof MswNode> =>
  import(/* @vite-ignore */ /* webpackIgnore: true */ nodeEntry) as Promise<typeof MswNode>;
