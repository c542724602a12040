import { explain, type TracedCall } from './traced-call.ts';

export interface Overlay {
  /** The calls changed: shown with the next frame. */
  refresh(): void;
  remove(): void;
}

const colors: Partial<Record<TracedCall['status'], string>> = {
  promoted: '#7ee2a8',
  missing: '#ffb27a',
  refused: '#ff8f8f',
  failed: '#ff8f8f',
};

/** A panel over the page, for developers. Labels come from the page: all text is set as text, never as markup. */
export function showOverlay(calls: () => readonly TracedCall[]): Overlay {
  const host = document.createElement('div');
  // Neither Heap nor our own rules take a click in here for the visitor's.
  host.setAttribute('heap-ignore', '');
  host.id = 'tracklayer-trace';
  style(host, { position: 'fixed', right: '8px', bottom: '8px', zIndex: '2147483647' });
  const panel = child(host.attachShadow({ mode: 'open' }), 'section');
  style(panel, {
    font: '12px/1.4 system-ui, sans-serif',
    color: '#eee',
    background: '#17191df2',
    borderRadius: '6px',
    padding: '8px',
    width: '380px',
    maxHeight: '50vh',
    overflow: 'auto',
  });
  const head = child(panel, 'header');
  child(head, 'b').textContent = 'TrackLayer: calls of Heap ';
  const close = child(head, 'button');
  close.textContent = 'close';
  close.addEventListener('click', remove);
  const list = child(panel, 'ol');
  style(list, { margin: '6px 0 0', padding: '0', listStyle: 'none', overflowWrap: 'anywhere' });
  let frame = 0;
  let isRemoved = false;

  function draw(): void {
    frame = 0;
    list.replaceChildren();
    for (const call of calls()) {
      const row = document.createElement('li');
      child(row, 'time').textContent = `${new Date(call.at).toISOString().slice(11, 19)} `;
      child(row, 'b').textContent = call.label;
      const why = child(row, 'div');
      why.textContent = explain(call);
      style(why, { color: colors[call.status] ?? '#aab' });
      list.prepend(row);
    }
  }

  function refresh(): void {
    if (!isRemoved && frame === 0) frame = requestAnimationFrame(draw);
  }

  function show(): void {
    if (!isRemoved) document.body.append(host);
  }

  function remove(): void {
    isRemoved = true;
    cancelAnimationFrame(frame);
    document.removeEventListener('DOMContentLoaded', show);
    host.remove();
  }

  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', show);
  else show();
  refresh();
  return { refresh, remove };
}

function child<Name extends keyof HTMLElementTagNameMap>(
  parent: ParentNode,
  name: Name,
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  parent.append(element);
  return element;
}

// One by one, since a page may forbid style elements and attributes.
function style(element: HTMLElement, styles: Partial<CSSStyleDeclaration>): void {
  Object.assign(element.style, styles);
}
