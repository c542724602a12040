import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const page = readFileSync(join(import.meta.dirname, '../../../../docs/traits.md'), 'utf8');

/** Rows of a table of docs/traits.md: the names in the first column, and the second. */
export const rowsOf = (head: string): { text: string; names: string[]; value: string }[] => {
  const [, table = ''] = page.split(new RegExp(`^\\| ${head} .*\\n\\|[ |:-]*\\n`, 'm'));
  const [rows = ''] = table.split('\n\n');
  return rows.split('\n').map((row) => {
    const [, text = '', value = ''] = row.split('|').map((cell) => cell.trim());
    return { text, value, names: [...text.matchAll(/`(\w+)`/g)].map(([, name = '']) => name) };
  });
};
