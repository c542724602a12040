/**
 * Calls `look` after each script of the page that ran, and after those that put one into it, as every snippet does.
 * Nothing on the page shows that somebody looks. Returns what ends it.
 */
export function awaitScripts(document: Document, look: () => void): () => void {
  const observer = new MutationObserver(look);
  observer.observe(document, { childList: true, subtree: true });
  document.addEventListener('load', look, true);
  return () => {
    observer.disconnect();
    document.removeEventListener('load', look, true);
  };
}
