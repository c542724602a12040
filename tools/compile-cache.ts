// Where Node.js keeps what it made of modules, types stripped and compiled. Steps and tests start some two hundred
// processes and threads that load the same ones; each starts in half the time.
import { join } from 'node:path';

export const compileCache = join(import.meta.dirname, '../node_modules/.cache/compiled');
