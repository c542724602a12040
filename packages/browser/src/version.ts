/** Travels as `context.library.version`; a page can't read package.json. */
export const version = '0.0.0';
