import type { EventMap, Events, Problem, Registry } from '@tracklayer/core';
import { isMap, isSeq, LineCounter, parseAllDocuments, type Document, type Node } from 'yaml';
import { checkEntries } from './check-entries.ts';
import { nodeAt } from './yaml-places.ts';

/** What is wrong in a file, and where: `path` from the registry's root, lines and columns from 1. */
export interface FileProblem extends Problem {
  line: number;
  column: number;
  /** The label of the entry that is wrong, where it has one. */
  source_event?: string | undefined;
}

/** One entry of a file, with the node that it was read from. */
interface FileEntry {
  document: Document;
  node: Node;
  value: unknown;
}

/**
 * Reads a registry from JSON or YAML: `{ entries: [...] }`, a list of entries, or the guide's blocks, one a document.
 * Finds all problems at once.
 *
 * @param events - those that entries may name, by `defineEvents`. Default: the built-in ones.
 */
export function readRegistryFile(
  text: string,
  events?: Events<EventMap>,
): { registry: Registry } | { problems: readonly FileProblem[] } {
  const lines = new LineCounter();
  // JSON is YAML. Merge keys and aliases are welcome; a file of our own user is no attack.
  const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  const documents = Array.isArray(parsed) ? parsed : [];
  const placeOf = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const broken = documents.flatMap(({ errors }) => errors);
  if (broken.length > 0) {
    return {
      problems: broken.map(({ message, pos }) => ({
        path: '',
        message,
        code: 'invalid',
        ...placeOf(pos[0]),
      })),
    };
  }
  const unlisted = documents.find(
    ({ contents }) => isMap(contents) && contents.has('entries') && !isSeq(contents.get('entries')),
  );
  if (unlisted) {
    const place = placeOf(unlisted.contents?.range[0] ?? 0);
    return {
      problems: [{ path: 'entries', message: 'must be a list of entries', code: 'invalid', ...place }],
    };
  }
  const entries = documents.flatMap(entriesOf);
  const checked = checkEntries(
    entries.map(({ value }) => value),
    events,
  );
  if ('registry' in checked) return checked;
  return {
    problems: checked.problems.map((problem) => {
      const [, place = '', ...path] = problem.path.split('.');
      const entry = entries[Number(place)];
      if (!entry) return { ...problem, line: 1, column: 1 };
      const { range } = nodeAt(entry.document, entry.node, path);
      return { ...problem, ...placeOf(range?.[0] ?? 0), source_event: labelOf(entry.value) };
    }),
  };
}

function entriesOf(document: Document.Parsed): FileEntry[] {
  const { contents } = document;
  const value: unknown = document.toJS();
  if (value === null || contents === null) return [];
  const listed = isMap(contents) && contents.has('entries') ? contents.get('entries', true) : contents;
  if (!isSeq(listed)) return [{ document, node: contents, value }];
  const values = (Array.isArray(value) ? value : (value as { entries: unknown }).entries) as unknown[];
  return listed.items.map((node, place) => ({ document, node: node as Node, value: values[place] }));
}

function labelOf(entry: unknown): string | undefined {
  const label = (entry as { source_event?: unknown } | null)?.source_event;
  return typeof label === 'string' && label !== '' ? label : undefined;
}
