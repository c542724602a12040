import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const read = (path: string): string => readFileSync(join(import.meta.dirname, '..', path), 'utf8');
const headings = [...read('docs/problems.md').matchAll(/^## (\w+)$/gm)].map(([, code]) => code);

test.each(['packages/node/src/http/problem.ts'])(
  'W-7 the address in `type` leads to a page that explains every code of %s',
  (path) => {
    const source = read(path);
    const titles = /titles = \{(.*?)\n\};/s.exec(source)?.[1] ?? '';
    const codes = [...titles.matchAll(/^ {2}(\w+):/gm)].map(([, code]) => code);
    expect(codes.length).toBeGreaterThan(10);
    expect(codes.filter((code) => !headings.includes(code))).toEqual([]);
    expect(source).toContain('blob/main/docs/problems.md#${code}');
  },
);
