import { createBrowserClient } from '@tracklayer/browser';

export default defineNuxtPlugin(() => {
  const tracklayer = createBrowserClient({ endpoint: '/tl' });
  return { provide: { tracklayer } }; // useNuxtApp().$tracklayer.capture(…)
});
