// Heap's snippets as its documentation has pages carry them, in words of our own. `src` is where the library comes from.

const sdk5Methods =
  'init startTracking stopTracking track resetIdentity identify identifyHashed getSessionId getUserId getIdentity addUserProperties addEventProperties removeEventProperty clearEventProperties addAccountProperties addAdapter addTransformer addTransformerFn onReady addPageviewProperties removePageviewProperty clearPageviewProperties trackPageview';
const classicMethods =
  'addEventProperties addUserProperties clearEventProperties identify resetIdentity removeEventProperty setEventProperties track unsetEventProperty';

const insertScript = (src: string): string => `
  var script = document.createElement('script');
  script.async = true;
  script.src = ${JSON.stringify(src)};
  var first = document.getElementsByTagName('script')[0];
  first.parentNode.insertBefore(script, first);`;

/** @param container - `[]`, or `{}` as Segment's "Heap Web (Actions)" has it. */
export const sdk5Snippet = (src: string, container: '[]' | '{}' = '[]'): string => `
window.heapReadyCb = window.heapReadyCb || [];
window.heap = window.heap || ${container};
window.heap.load = function (envId, clientConfig) {
  window.heap.envId = envId;
  window.heap.clientConfig = clientConfig || {};
  ${insertScript(src)}
  '${sdk5Methods}'.split(' ').forEach(function (name) {
    window.heap[name] = function () {
      var args = Array.prototype.slice.call(arguments);
      window.heapReadyCb.push({ name: name, fn: function () { window.heap[name] && window.heap[name].apply(window.heap, args); } });
    };
  });
};`;

export const classicSnippet = (src: string): string => `
window.heap = window.heap || [];
heap.load = function (appid, config) {
  window.heap.appid = appid;
  window.heap.config = config || {};
  ${insertScript(src)}
  '${classicMethods}'.split(' ').forEach(function (name) {
    heap[name] = function () { heap.push([name].concat(Array.prototype.slice.call(arguments))); };
  });
};`;
