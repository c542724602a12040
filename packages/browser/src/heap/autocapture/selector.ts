import { wildcard } from './wildcard.ts';

/** Tells which element of a path, the deepest first, a selector means; `body` and `html` are in no selector. */
export type Selector = (path: readonly Element[]) => Element | undefined;

type Test = (element: Element) => boolean;

const name = String.raw`[\w*\-\u0080-\uffff]+`;
const attribute = String.raw`\[[\w:.-]+(?:[\^$*]?=(?:"[^"]*"|[^\]"'\s]*))?\]`;
// In this order only: tag#id.class[attribute].
const part = new RegExp(`^(${name})?(#${name})?((?:\\.${name})*)((?:${attribute})*)$`);
const tokens = new RegExp(String.raw`(?:${attribute}|[^\s,[\]])+|,|\s+`, 'g');
const longestValue = 255;

/**
 * Reads a selector in Heap's own grammar: tag, `#id`, `.class`, `[a]`, `[a=v]`, `^=`, `$=`, `*=`, `*` inside any part,
 * descendants by a space, alternatives by a comma. Case-sensitive; `undefined` for anything else.
 */
export function readSelector(text: string): Selector | undefined {
  const words = text.trim().match(tokens) ?? [];
  if (words.join('') !== text.trim()) return undefined;
  const alternatives: Test[][] = [[]];
  for (const word of words) {
    if (word === ',') alternatives.push([]);
    else if (word.trim()) {
      const test = readPart(word);
      if (!test) return undefined;
      alternatives.at(-1)?.push(test);
    }
  }
  if (alternatives.some((tests) => tests.length === 0)) return undefined;
  return (path) => {
    const inside = path.filter(({ localName }) => localName !== 'body' && localName !== 'html');
    return inside.find((_, place) => alternatives.some((tests) => isMeant(inside.slice(place), tests)));
  };
}

/** The first element passes the last test, and elements around it the others, in their order. */
function isMeant(path: readonly Element[], tests: readonly Test[]): boolean {
  let next = tests.length - 1;
  if (!path[0] || !tests[next]?.(path[0])) return false;
  next--;
  for (const element of path.slice(1)) if (tests[next]?.(element)) next--;
  return next < 0;
}

function readPart(text: string): Test | undefined {
  const found = part.exec(text);
  if (!found || !text) return undefined;
  const [, tag, id, classes = '', attributes = ''] = found;
  const tests: Test[] = [];
  if (tag) {
    const isTag = wildcard(tag);
    tests.push(({ localName }) => isTag(localName));
  }
  if (id) {
    const isId = wildcard(id.slice(1));
    // Not `id`: a field of that name would stand in its place.
    tests.push((element) => isId(element.getAttribute('id') ?? ''));
  }
  for (const word of classes.split('.').filter(Boolean)) {
    const isClass = wildcard(word);
    tests.push(({ classList }) => Array.from(classList).some(isClass));
  }
  for (const word of attributes.match(new RegExp(attribute, 'g')) ?? []) tests.push(readAttribute(word));
  return (element) => tests.every((test) => test(element));
}

function readAttribute(text: string): Test {
  const [, attributeName = '', operator, given = ''] = /^\[([\w:.-]+)(?:([\^$*]?=)(.*))?\]$/.exec(text) ?? [];
  const value = given.replace(/^"|"$/g, '');
  const before = operator === '$=' || operator === '*=' ? '*' : '';
  const after = operator === '^=' || operator === '*=' ? '*' : '';
  const isValue = operator ? wildcard(before + value + after) : () => true;
  return (element) =>
    // `getAttribute` would forgive another case.
    Array.from(element.attributes).some(
      (one) => one.name === attributeName && one.value.length <= longestValue && isValue(one.value),
    );
}
