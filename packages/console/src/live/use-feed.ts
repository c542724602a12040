import type { FeedItem } from '@tracklayer/relay';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { RelayApi } from '../relay-api.ts';
import { waitToDraw } from './draw-pace.ts';
import { readStream } from './read-stream.ts';

/** What came lately, newest first, and whether more is coming. */
export interface LiveFeed {
  items: readonly FeedItem[];
  state: 'connecting' | 'open' | 'cut';
  /** Messages that came too fast to show, or while the stream was cut for too long. */
  left_out: number;
  /** The stream was cut for so long, or the relay started anew, that some may be missing. */
  isCut: boolean;
}

/** Filters choose of these; memory stays flat, however long the page is open. */
const keptItems = 1_000;
const [firstWaitMs, longestWaitMs] = [500, 10_000];

/** Follows the relay's stream, and goes on where it was after a cut. */
export function useFeed(api: RelayApi): LiveFeed {
  const known = useRef<LiveFeed>({ items: [], state: 'connecting', left_out: 0, isCut: false });
  const [feed, setFeed] = useState(known.current);
  useEffect(() => {
    const abort = new AbortController();
    const { signal } = abort;
    let [drawnAt, fresh] = [0, 0];
    let timer: ReturnType<typeof setTimeout> | undefined;
    // A tab in the background goes on listening, and draws when somebody looks at it.
    const draw = (): void => {
      clearTimeout(timer);
      timer = undefined;
      if (document.hidden) return;
      [drawnAt, fresh] = [Date.now(), 0];
      setFeed(known.current);
    };
    document.addEventListener('visibilitychange', draw, { signal });
    void follow(api, signal, (change, arrived = 0) => {
      known.current = { ...known.current, ...change(known.current) };
      fresh += arrived;
      const waitMs = waitToDraw(fresh, Date.now() - drawnAt);
      if (waitMs === 0) draw();
      else timer ??= setTimeout(draw, waitMs);
    });
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [api]);
  return feed;
}

type Change = (known: LiveFeed) => Partial<LiveFeed>;

async function follow(
  api: RelayApi,
  signal: AbortSignal,
  change: (next: Change, arrived?: number) => void,
): Promise<void> {
  let last: string | undefined;
  let waitMs = firstWaitMs;
  while (!signal.aborted) {
    try {
      const stream = await api.open(
        `/api/stream${last === undefined ? '?after=0' : `?after=${last}`}`,
        signal,
      );
      change(() => ({ state: 'open' }));
      waitMs = firstWaitMs;
      for await (const { event, id, data } of readStream(stream)) {
        if (event === 'open' && last !== undefined && (JSON.parse(data) as { is_cut: boolean }).is_cut)
          change(() => ({ isCut: true }));
        last = id ?? last;
        if (event !== 'answered') continue;
        const { items, left_out } = JSON.parse(data) as { items: FeedItem[]; left_out: number };
        change(
          (known) => ({
            items: [...items.toReversed(), ...known.items].slice(0, keptItems),
            left_out: known.left_out + left_out,
          }),
          items.length,
        );
      }
    } catch {
      // Cut off, or refused: told by the state, and tried again.
    }
    if (signal.aborted) return;
    change(() => ({ state: 'cut' }));
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    waitMs = Math.min(waitMs * 2, longestWaitMs);
  }
}
