// Vitest takes the compile cache from its workers where coverage is counted, and so from all that tests start, where none
// is. They get it back.
import { compileCache } from '../tools/compile-cache.ts';

delete process.env['NODE_DISABLE_COMPILE_CACHE'];
process.env['NODE_COMPILE_CACHE'] = compileCache;
