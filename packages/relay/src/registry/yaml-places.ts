import { isAlias, isMap, isScalar, isSeq, type Document, type Node } from 'yaml';

/** The node that a path leads to, or the last one on the way: what is missing has its parent's place. */
export function nodeAt(document: Document, start: Node, path: readonly string[]): Node {
  let place = start;
  let node: unknown = start;
  for (const step of path) {
    const here = isAlias(node) ? node.resolve(document) : node;
    if (isMap(here)) {
      const pair = here.items.find(({ key }) => isScalar(key) && String(key.value) === step);
      if (!pair) return place;
      // The key, since that is what people look for.
      place = pair.key as Node;
      node = pair.value;
    } else if (isSeq(here)) {
      const item = here.items[Number(step)];
      if (item === undefined) return place;
      place = item as Node;
      node = item;
    } else return place;
  }
  return place;
}
