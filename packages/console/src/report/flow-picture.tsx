import type { ReportRow } from '@tracklayer/relay';
import { countOf, visible } from '../text.ts';
import { flowOf, placeFlow } from './flow.ts';

const size = { width: 900, height: 260, nodeWidth: 8, gap: 20 };
const last = 4;

/** The way of events as a picture (a Sankey); the bars below it say the same in numbers. */
export function FlowPicture({ rows }: { rows: readonly ReportRow[] }) {
  const { nodes, links } = placeFlow(flowOf(rows), size);
  if (links.length === 0) return null;
  return (
    <svg class="flow wide" viewBox={`0 -14 ${size.width} ${size.height + 14}`} aria-hidden="true">
      {links.map(({ id, kind, path, width }) => (
        <path key={id} class={kind} d={path} stroke-width={width} />
      ))}
      {nodes.map(({ id, kind, name, count, column, x, y, height }) => (
        <g key={id}>
          <rect class={kind} x={x} y={y} width={size.nodeWidth} height={height} />
          <text
            x={column === last ? x + size.nodeWidth : x}
            y={y - 4}
            text-anchor={column === last ? 'end' : 'start'}
          >
            {visible(name)} {countOf(count)}
          </text>
        </g>
      ))}
    </svg>
  );
}
