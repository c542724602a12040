import packageJson from '../../package.json' with { type: 'json' };

/** How our server side names itself (docs/wire.md W-15). */
export const userAgent = `tracklayer-node/${packageJson.version}`;
