import { createBrowserClient } from '@tracklayer/browser';

// Outside of components: it is made once, and neither strict mode nor a remount makes a second one.
export const tracklayer = createBrowserClient({ endpoint: '/tl' });
