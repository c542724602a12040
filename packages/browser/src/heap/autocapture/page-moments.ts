import { pathOf } from './privacy.ts';

/** Something that a visitor did, or a page that they came to. */
export interface Moment {
  on: 'click' | 'submit' | 'change' | 'pageview';
  /** From the element of the event outwards, through open shadow roots. */
  path: readonly Element[];
}

const events = ['click', 'submit', 'change'] as const;
// These stay inside a shadow root.
const innerEvents = ['submit', 'change'] as const;

/** Tells of moments as they begin, before handlers of the page run. Returns what stops it and leaves the page as it was. */
export function watchPage(tell: (moment: Moment) => void): () => void {
  const watching = new AbortController();
  const { signal } = watching;
  let isOver = false;
  let shown: string | undefined;
  let viewing: ReturnType<typeof setTimeout> | undefined;
  signal.addEventListener('abort', () => (isOver = true));

  function tellSafely(moment: () => Moment): void {
    if (isOver) return;
    try {
      tell(moment());
    } catch {
      // The page works as without us.
    }
  }

  const early = { capture: true, passive: true, signal };
  const heard = new WeakSet<Event>();
  const entered = new WeakSet<ShadowRoot>();

  function listen(target: EventTarget, on: Moment['on'], pathTo: (event: Event) => Element[]): void {
    function hear(event: Event): void {
      if (heard.has(event)) return;
      heard.add(event);
      tellSafely(() => ({ on, path: pathTo(event) }));
    }
    target.addEventListener(on, hear, early);
  }

  function enter(event: Event): void {
    for (const root of event.composedPath()) {
      if (!(root instanceof ShadowRoot) || entered.has(root)) continue;
      entered.add(root);
      for (const on of innerEvents) listen(root, on, (inner) => pathOf(inner.composedPath()[0] as Element));
    }
  }

  for (const on of events) listen(window, on, elementsOf);
  // Nobody changes or submits anything in a root without these, which do come out of it.
  for (const first of ['focusin', 'click'] as const) addEventListener(first, enter, early);

  function view(): void {
    tellSafely(() => ({ on: 'pageview', path: [] }));
  }

  /** A new address is a new page, once the page had time to show it: addresses that it only passes are none. */
  function look(): void {
    if (isOver || location.href === shown) return;
    shown = location.href;
    clearTimeout(viewing);
    viewing = setTimeout(view);
  }

  for (const change of ['popstate', 'hashchange'] as const) addEventListener(change, look, { signal });
  addEventListener('pageshow', ({ persisted }) => void (persisted && view()), { signal });
  const restore = (['pushState', 'replaceState'] as const).map((name) => after(history, name, look));
  const isLoading = document.readyState === 'loading';
  if (isLoading) document.addEventListener('DOMContentLoaded', look, { signal });
  else look();

  return () => {
    watching.abort();
    for (const undo of restore) undo();
  };
}

function elementsOf(event: Event): Element[] {
  return event.composedPath().filter((target): target is Element => target instanceof Element);
}

/** Runs `then` after each call of a method. Returns what takes it off again, unless somebody built on it since. */
function after(object: History, name: 'pushState' | 'replaceState', then: () => void): () => void {
  const own = Object.getOwnPropertyDescriptor(object, name);
  const inner = object[name];
  const outer = function (this: History, ...args: Parameters<typeof inner>): void {
    inner.apply(this, args);
    then();
  };
  object[name] = outer;
  return () => {
    if (object[name] !== outer) return;
    if (own) Object.defineProperty(object, name, own);
    else Reflect.deleteProperty(object, name);
  };
}
