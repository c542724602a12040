import { TrackLayerError, type Match, type PageSource, type RegistryEntry } from '@tracklayer/core';
import { pageSourcesOf } from '@tracklayer/core/adapter';
import type { Moment } from './page-moments.ts';
import { hiddenInside, isRedacted } from './privacy.ts';
import { readSelector } from './selector.ts';
import { wildcard } from './wildcard.ts';

/** An entry with a `match`, ready to be held against moments. */
export interface Rule {
  entry: RegistryEntry;
  sources: readonly PageSource[];
  /** The element that the moment is about, or `undefined` when it is none of this rule's. */
  elementOf(moment: Moment): Element | undefined;
}

const kinds: readonly unknown[] = ['click', 'submit', 'change', 'pageview'];

/** @throws TrackLayerError `invalid_registry`, naming the entry. */
export function createRule(entry: RegistryEntry, match: Match): Rule {
  const invalid = (problem: string): TrackLayerError =>
    new TrackLayerError('invalid_registry', `entry ${JSON.stringify(entry.source_event)}: match ${problem}`);
  const { on, selector, path, text } = match;
  if (!kinds.includes(on)) throw invalid('has no on; pass click, submit, change or pageview');
  if (on === 'pageview' && (selector !== undefined || text !== undefined)) {
    throw invalid('has a selector or text, but a pageview has no element');
  }
  if (on !== 'pageview' && selector === undefined && text === undefined) {
    throw invalid(`has neither selector nor text: it would match every ${on}`);
  }
  const find = selector === undefined ? undefined : readSelector(selector);
  if (selector !== undefined && !find) {
    throw invalid(
      `has the selector ${JSON.stringify(selector)}, which is not in Heap's grammar: tag#id.class[a=v], spaces, commas`,
    );
  }
  const sources = pageSourcesOf(entry.properties ?? {});
  for (const source of sources) {
    if ('attribute' in source && !/^data-[a-z\d_.-]+$/.test(source.attribute)) {
      throw invalid(
        `reads the attribute ${JSON.stringify(source.attribute)}; only data-* attributes are read`,
      );
    }
  }
  const isPath = path === undefined ? undefined : wildcard(path);
  const isText = text === undefined ? undefined : wildcard(text);

  return {
    entry,
    sources,
    elementOf(moment) {
      if (moment.on !== on || (isPath && !isPath(location.pathname))) return undefined;
      if (on === 'pageview') return document.body;
      const element = find ? find(moment.path) : moment.path[0];
      return element && (!isText || isText(textOf(element, moment.path))) ? element : undefined;
    },
  };
}

/** Hidden text is no text; what people typed is none either. */
function textOf(element: Element, path: readonly Element[]): string {
  if (isRedacted(path) || element.querySelector(hiddenInside)) return '';
  if (element.matches('input,textarea,select') || (element as HTMLElement).isContentEditable) return '';
  return ((element as HTMLElement).innerText ?? element.textContent ?? '').replaceAll(/\s+/g, ' ').trim();
}
