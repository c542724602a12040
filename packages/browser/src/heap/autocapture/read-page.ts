import type { PageSource } from '@tracklayer/core';
import { pageKey } from '@tracklayer/core/adapter';
import { hiddenAttributes, isIgnored, isRedacted, isSecret, pathOf } from './privacy.ts';

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/**
 * What an entry's sources say of a moment, as `promote` looks for it, and the `data-*` attributes of `element` under
 * their own names (`data-order-id` is `order_id`). `path` leads from `element` outwards.
 */
export function readPage(
  sources: readonly PageSource[],
  element: Element,
  path: readonly Element[],
): Record<string, unknown> {
  const read: Record<string, unknown> = {};
  const hidden = hiddenAttributes(path);
  for (const { name, value } of Array.from(element.attributes)) {
    if (name.startsWith('data-') && !hidden.includes(name)) read[name.slice(5).replaceAll('-', '_')] = value;
  }
  for (const source of sources) {
    read[pageKey(source)] =
      'attribute' in source
        ? readAttribute(source.attribute, path)
        : 'field' in source
          ? readField(source.field, element)
          : readJsonLd(source.json_ld);
  }
  return read;
}

function readAttribute(name: string, path: readonly Element[]): string | undefined {
  if (hiddenAttributes(path).includes(name)) return undefined;
  return path.find((element) => element.hasAttribute(name))?.getAttribute(name) ?? undefined;
}

function readField(name: string, element: Element): string | boolean | undefined {
  const form = element.closest('form');
  // Not `form.elements`: a field of that name would stand in its place.
  const fields = Array.from(
    form?.querySelectorAll<Field>('input,select,textarea') ??
      (element.matches('input,select,textarea') ? [element as Field] : []),
  ).filter((field) => field.name === name);
  for (const field of fields) {
    const path = pathOf(field);
    if (isSecret(field) || isIgnored(path) || isRedacted(path)) return undefined;
    if (hiddenAttributes(path).includes('value')) return undefined;
    if (field.type === 'checkbox') return (field as HTMLInputElement).checked;
    if (field.type !== 'radio' || (field as HTMLInputElement).checked) return field.value.slice(0, 1_024);
  }
  return undefined;
}

function readJsonLd(path: string): unknown {
  for (const script of document.querySelectorAll('script[type="application/ld+json"]')) {
    try {
      const found = descend(JSON.parse(script.textContent ?? ''), path.split('.'));
      if (found !== undefined) return found;
    } catch {
      // Not JSON: the next one.
    }
  }
  return undefined;
}

/** Down the path; a list on the way, or a `@graph`, stands for its first member in which the path leads somewhere. */
function descend(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined) return value;
  if (typeof value !== 'object' || value === null) return undefined;
  if (Object.hasOwn(value, key)) return descend((value as Record<string, unknown>)[key], rest);
  const members: unknown = Array.isArray(value) ? value : (value as Record<string, unknown>)['@graph'];
  if (!Array.isArray(members)) return undefined;
  for (const member of members) {
    const found = descend(member, [key, ...rest]);
    if (found !== undefined) return found;
  }
  return undefined;
}
