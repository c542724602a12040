/** The place of a row in an order of time. */
export interface Position {
  /** Milliseconds since 1970. */
  at: number;
  /** Tells apart what came at one time. */
  id: string;
}

/** Writes a place as opaque text, safe in a URL. */
export const writeCursor = ({ at, id }: Position): string => Buffer.from(`${at}.${id}`).toString('base64url');

/** Reads what {@link writeCursor} wrote; nothing for any other text. */
export function readCursor(cursor: string): Position | undefined {
  const text = Buffer.from(cursor, 'base64url').toString();
  const [, at, id] = /^(\d{1,15})\.([\w.:-]{1,128})$/.exec(text) ?? [];
  return at !== undefined && id !== undefined ? { at: Number(at), id } : undefined;
}
