import type { ReportRow } from '@tracklayer/relay';

/** A place in the picture: a column from 0, a name, and what it stands for. */
interface FlowNode {
  id: string;
  column: number;
  kind: 'way' | 'good' | 'lost';
  name: string;
}

interface FlowLink {
  from: string;
  to: string;
  count: number;
}

export interface Flow {
  nodes: readonly FlowNode[];
  links: readonly FlowLink[];
}

export const sumOf = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

/** The destinations of a report, by name. */
export const destinationsOf = (rows: readonly ReportRow[]): string[] =>
  [...new Set(rows.flatMap((row) => Object.keys(row.destinations)))].toSorted((a, b) => (a < b ? -1 : 1));

/** The way of all events of a report: seen → promoted → received → accepted → each destination, and what is lost between. */
export function flowOf(rows: readonly ReportRow[]): Flow {
  const sum = (of: (row: ReportRow) => number): number => rows.reduce((all, row) => all + of(row), 0);
  const promoted = sum((row) => row.promoted);
  const uncounted = sum((row) => row.uncounted);
  const names = destinationsOf(rows);
  const at = names.map((name) => ({
    name,
    planned: sum((row) => row.destinations[name]?.planned ?? 0),
    accepted: sum((row) => row.destinations[name]?.accepted ?? 0),
  }));
  const nodes: FlowNode[] = [
    { id: 'seen', column: 0, kind: 'way', name: 'seen in Heap' },
    { id: 'uncounted', column: 0, kind: 'way', name: 'in Heap, not counted' },
    { id: 'others', column: 0, kind: 'way', name: 'servers and others' },
    { id: 'unpromoted', column: 1, kind: 'lost', name: 'not promoted' },
    { id: 'promoted', column: 1, kind: 'way', name: 'promoted' },
    { id: 'received', column: 2, kind: 'way', name: 'received' },
    { id: 'accepted', column: 3, kind: 'good', name: 'accepted' },
    { id: 'duplicates', column: 3, kind: 'lost', name: 'duplicates' },
    { id: 'rejected', column: 3, kind: 'lost', name: 'rejected' },
    ...at.flatMap(({ name }): FlowNode[] => [
      { id: `to ${name}`, column: 4, kind: 'good', name },
      { id: `not ${name}`, column: 4, kind: 'lost', name: `not ${name}` },
    ]),
  ];
  const links: FlowLink[] = [
    { from: 'seen', to: 'unpromoted', count: sum((row) => row.drafts + row.not_promoted) },
    { from: 'seen', to: 'promoted', count: promoted - uncounted },
    { from: 'uncounted', to: 'promoted', count: uncounted },
    { from: 'promoted', to: 'received', count: promoted },
    { from: 'others', to: 'received', count: sum((row) => row.received) - promoted },
    { from: 'received', to: 'accepted', count: sum((row) => row.accepted) },
    { from: 'received', to: 'duplicates', count: sum((row) => row.duplicates) },
    { from: 'received', to: 'rejected', count: sum((row) => sumOf(row.rejected)) },
    ...at.flatMap(({ name, planned, accepted }) => [
      { from: 'accepted', to: `to ${name}`, count: accepted },
      { from: 'accepted', to: `not ${name}`, count: planned - accepted },
    ]),
  ].filter(({ count }) => count > 0);
  const used = new Set(links.flatMap(({ from, to }) => [from, to]));
  return { nodes: nodes.filter(({ id }) => used.has(id)), links };
}

export interface PlacedNode extends FlowNode {
  /** What comes in; of the first column, what goes out. An accepted event goes to each destination, and counts once here. */
  count: number;
  x: number;
  y: number;
  height: number;
}

export interface PlacedLink {
  id: string;
  kind: FlowNode['kind'];
  /** An SVG path down the middle. */
  path: string;
  width: number;
}

export interface Size {
  width: number;
  height: number;
  nodeWidth: number;
  gap: number;
}

/** Puts a flow into a picture of one scale for all columns (pure). What is there is at least a pixel high. */
export function placeFlow(
  { nodes, links }: Flow,
  { width, height, nodeWidth, gap }: Size,
): { nodes: PlacedNode[]; links: PlacedLink[] } {
  const total = (id: string, end: 'from' | 'to'): number =>
    links.reduce((sum, link) => sum + (link[end] === id ? link.count : 0), 0);
  const counts = new Map(nodes.map(({ id }) => [id, total(id, 'to') || total(id, 'from')]));
  const sizes = new Map(nodes.map(({ id }) => [id, Math.max(total(id, 'from'), total(id, 'to'))]));
  const columns = Map.groupBy(nodes, ({ column }) => column);
  const last = Math.max(1, ...columns.keys());
  const sumOfSizes = (members: readonly FlowNode[]): number =>
    members.reduce((all, { id }) => all + (sizes.get(id) ?? 0), 0);
  const scale = Math.min(
    ...[...columns.values()].map(
      (members) => (height - gap * members.length) / Math.max(1, sumOfSizes(members)),
    ),
  );
  const high = (count: number): number => Math.max(1, count * scale);
  const placed = [...columns].flatMap(([column, members]) => {
    const heights = members.map(({ id }) => high(sizes.get(id) ?? 0));
    let y = (height - heights.reduce((sum, one) => sum + one + gap, -gap)) / 2;
    return members.map((node, place): PlacedNode => {
      const own = heights[place] ?? 1;
      const x = (column / last) * (width - nodeWidth);
      const at = { ...node, count: counts.get(node.id) ?? 0, x, y, height: own };
      y += own + gap;
      return at;
    });
  });
  const byId = new Map(placed.map((node) => [node.id, node]));
  const [left, entered] = [new Map<string, number>(), new Map<string, number>()];
  const ways = links.flatMap(({ from, to, count }): PlacedLink[] => {
    const [a, b] = [byId.get(from), byId.get(to)];
    if (!a || !b) return [];
    const [out, into] = [left.get(from) ?? 0, entered.get(to) ?? 0];
    const thick = high(count);
    left.set(from, out + thick);
    entered.set(to, into + thick);
    const [x0, x1] = [a.x + nodeWidth, b.x];
    const [y0, y1] = [a.y + out + thick / 2, b.y + into + thick / 2].map((y) => y.toFixed(1));
    const middle = ((x0 + x1) / 2).toFixed(1);
    const path = `M${x0.toFixed(1)},${y0}C${middle},${y0} ${middle},${y1} ${x1.toFixed(1)},${y1}`;
    return [{ id: `${from} ${to}`, kind: b.kind, path, width: thick }];
  });
  return { nodes: placed, links: ways };
}
