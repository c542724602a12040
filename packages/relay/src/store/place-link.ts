/** A time during which an anonymous id belonged to a user; open while `closed_at` is `null`. Milliseconds since 1970. */
export interface Span {
  user_id: string;
  source: string | null;
  linked_at: number;
  closed_at: number | null;
}

/**
 * Puts a link where its time says, which need not be the end: identifies may arrive out of order (docs/wire.md W-19).
 * It takes the rest of the span that it falls into, or the time until the next link.
 *
 * @param spans - the history of one anonymous id, oldest first.
 * @returns the new history; the same array when the link says nothing new.
 */
export function placeLink(
  spans: readonly Span[],
  { user_id, source, at }: { user_id: string; source: string | null; at: number },
): readonly Span[] {
  const around = spans.findLast(
    ({ linked_at, closed_at }) => linked_at <= at && (closed_at === null || closed_at > at),
  );
  if (around?.user_id === user_id) return spans;
  const next = spans.find(({ linked_at }) => linked_at > at);
  const link: Span = {
    user_id,
    source,
    linked_at: at,
    closed_at: around ? around.closed_at : (next?.linked_at ?? null),
  };
  const others = spans
    .filter((span) => !(span.linked_at === at && span.user_id === user_id))
    .map((span) => (span === around ? { ...span, closed_at: at } : span));
  return inOrder([...others, link]);
}

/** Oldest first; of one moment, what ended then comes before what goes on. */
export const inOrder = (spans: readonly Span[]): readonly Span[] =>
  spans.toSorted(
    (a, b) => a.linked_at - b.linked_at || (a.closed_at ?? Infinity) - (b.closed_at ?? Infinity),
  );

/** The user that an anonymous id belongs to now. */
export const ownerOf = (spans: readonly Span[]): string | undefined =>
  spans.find(({ closed_at }) => closed_at === null)?.user_id;
