// Gives CommonJS its types, in a package's folder after `tsup`: they are those of the ES modules under other names,
// and a second walk through the whole program would make the same.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

for (const name of readdirSync('dist').filter((file) => file.endsWith('.d.ts'))) {
  const types = readFileSync(join('dist', name), 'utf8');
  const renamed = types.replaceAll(/((?:from|import\()\s*['"]\.[^'"]*)\.js(?=['"])/g, '$1.cjs');
  writeFileSync(join('dist', name.replace(/\.d\.ts$/, '.d.cts')), renamed);
}
