import type { ComponentChildren } from 'preact';

/**
 * A column: its title, and how its cells stand: `number` to the right, `wide` left out of narrow windows, `named` with its
 * title before the value where a row is a card.
 */
export type Column = string | { title: string; kind: 'number' | 'wide' | 'named' };

/**
 * A table whose rows are cards where the window is narrow. A cell of class `lead` is the heading of its card, one of class
 * `mark` stands at the end of that line.
 */
export function Table({
  label,
  columns,
  children,
}: {
  label: string;
  columns: readonly Column[];
  children: ComponentChildren;
}) {
  return (
    <div class="scroll" role="region" aria-label={label} tabIndex={0}>
      <table style={titlesOf(columns)}>
        <thead>
          <tr>
            {columns.map((column) => {
              const { title, kind } =
                typeof column === 'string' ? { title: column, kind: undefined } : column;
              return (
                <th scope="col" class={kind} key={title}>
                  {title}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

/** Titles for the stylesheet, counted from the last column: a cell that spans rows stands before the others, in the first row only. */
const titlesOf = (columns: readonly Column[]): Record<string, string> =>
  Object.fromEntries(
    columns
      .toReversed()
      .flatMap((column, at) =>
        typeof column === 'string' || column.kind === 'wide'
          ? []
          : [[`--title-${at + 1}`, JSON.stringify(column.title)]],
      ),
  );
