import type { Operation } from '../operation.ts';
import { home } from './home.ts';

export const homeOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/',
    summary: 'What this is: a page for people, JSON for programs',
    answer: { type: 'object', required: ['name', 'version', 'docs'] },
    handle: ({ request }) => home(request),
  },
];
