import type * as Msw from 'msw';
import type * as MswNode from 'msw/node';

// For the CommonJS build, which carries msw: it ships ES modules only, and Jest cannot require those.
export const loadMsw = (): Promise<typeof Msw> => import('msw');
export const loadMswNode = (): Promise<typeof MswNode> => import('msw/node');
