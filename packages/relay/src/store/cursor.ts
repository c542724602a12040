/** The place of an event in the order of arrival. */
export interface Position {
  received_at: number;
  event_id: string;
}

/** Writes a place as opaque text, safe in a URL. */
export const writeCursor = ({ received_at, event_id }: Position): string =>
  Buffer.from(`${received_at}.${event_id}`).toString('base64url');

/** Reads what {@link writeCursor} wrote; nothing for any other text. */
export function readCursor(cursor: string): Position | undefined {
  const text = Buffer.from(cursor, 'base64url').toString();
  const [, received_at, event_id] = /^(\d{1,15})\.([\w.:-]{1,128})$/.exec(text) ?? [];
  return received_at !== undefined && event_id !== undefined
    ? { received_at: Number(received_at), event_id }
    : undefined;
}
