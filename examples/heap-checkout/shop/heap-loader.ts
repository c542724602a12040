// Puts on the page what Heap's own snippet puts there: a queue that takes calls until the library has loaded.
// `data-env-id` names the visitor's own Heap; without it a stand-in of the library answers from this server.
interface QueuedHeap extends Array<unknown> {
  [method: string]: unknown;
}
type Page = Window & { heap: QueuedHeap; heapReadyCb: { name: string; fn: () => void }[] };

const page = window as unknown as Page;
const methods =
  'init startTracking stopTracking track resetIdentity identify getSessionId getUserId getIdentity addUserProperties addEventProperties removeEventProperty clearEventProperties addAccountProperties addAdapter addTransformer addTransformerFn onReady addPageviewProperties removePageviewProperty clearPageviewProperties trackPageview'.split(
    ' ',
  );

const ownEnvId = document.currentScript?.dataset['envId'];
page.heapReadyCb = [];
page.heap = [] as unknown as QueuedHeap;
page.heap['envId'] = ownEnvId ?? 'demo';
page.heap['clientConfig'] = {};
for (const name of methods) {
  page.heap[name] = (...args: unknown[]) => {
    const fn = (): void => (page.heap[name] as (...given: unknown[]) => void).apply(page.heap, args);
    page.heapReadyCb.push({ name, fn });
  };
}
const script = document.createElement('script');
script.async = true;
script.src = ownEnvId
  ? `https://cdn.us.heap-api.com/config/${ownEnvId}/heap_config.js`
  : '/assets/heap-library.js';
document.head.append(script);
