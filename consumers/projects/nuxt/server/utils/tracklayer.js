export { handler } from '../../tracklayer.mjs';
