import type { HeapWindow } from './heap-window.ts';

/** The script elements that a snippet puts into the page; these load nothing. */
export interface LibraryScript {
  insert(): void;
  /** The library has run, and the browser says so. */
  loaded(): void;
  remove(): void;
}

export function createLibraryScript({ document }: HeapWindow): LibraryScript {
  const elements: HTMLScriptElement[] = [];
  return {
    insert() {
      const element = document?.createElement('script');
      if (!element) return;
      element.type = 'text/plain';
      element.dataset['fakeHeap'] = '';
      (document!.head ?? document!.documentElement).append(element);
      elements.push(element);
    },
    loaded: () => void elements.at(-1)?.dispatchEvent(new Event('load')),
    remove() {
      for (const element of elements.splice(0)) element.remove();
    },
  };
}
