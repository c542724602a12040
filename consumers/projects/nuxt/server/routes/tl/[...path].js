import { handler } from '../../utils/tracklayer.js';

export default defineEventHandler((event) => handler(toWebRequest(event), { ip: getRequestIP(event) }));
