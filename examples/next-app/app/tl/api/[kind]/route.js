import { handler } from '../../../../tracklayer.mjs';

export const POST = (request) => handler(request);
