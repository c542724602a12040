import type { ComponentChildren } from 'preact';

/** A column: its title, and how its cells stand: `number` to the right, `wide` left out of narrow windows. */
export type Column = string | { title: string; kind: 'number' | 'wide' };

/** A table that scrolls by itself where the window is narrow, with the keyboard too. */
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
      <table>
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
