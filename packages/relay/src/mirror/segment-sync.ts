import { TrackLayerError } from '@tracklayer/core';
import { problemOfPersonId } from '@tracklayer/core/adapter';
import { createHeapWebhookHandler, type HeapSegmentSync, type InvalidSegment } from '@tracklayer/node/heap';
import { audienceOfSegment } from '../audiences/audience-of-segment.ts';
import { readPage, type SaidPage } from '../audiences/read-page.ts';
import type { PageOutcome } from '../store/audiences.ts';

/** Heap does not say how long its pages are; one that is refused would be lost. */
const mostOfHeap = 50_000;
/** So many of up to 60 bytes; see the operation's `maxBodyBytes`. */
export const segmentBytes = 4_194_304;
/** A segment's name is its own: two that come to one audience would empty each other's. */
const segmentsKnown = 10_000;

export interface HeapSegmentSettings {
  /** Signs segment syncs: of the integration, in Heap. */
  secret: string;
  /** Where the members belong. Default: the relay's environment, when it has one only. */
  environment?: string | undefined;
}

/**
 * Handles Heap's Segment Sync. A page that would be just as wrong if it were sent again is reported to `onError`, and the response accepts it.
 *
 * @throws TrackLayerError `invalid_options` when there are several environments, and none is named.
 */
export function createSegmentSync(
  heap: HeapSegmentSettings,
  environments: readonly string[],
  takePage: (environment: string, audience: string, page: SaidPage) => Promise<PageOutcome>,
  now: () => number,
  onError: (error: unknown) => void,
): (request: Request) => Promise<Response> {
  if (heap.environment === undefined && environments.length > 1)
    throw new TrackLayerError(
      'invalid_options',
      `heap.environment is missing; this relay has ${environments.join(', ')}`,
    );
  const environment = heap.environment ?? environments[0] ?? '';
  if (!environments.includes(environment))
    throw new TrackLayerError(
      'invalid_options',
      `heap.environment names no environment of a key; there are ${environments.join(', ') || 'none'}`,
    );
  const tell = (id: unknown, problem: string): void =>
    onError(new TrackLayerError('heap', `segment ${String(id)}: ${problem}`));

  const segmentOf = new Map<string, string>();
  /** Reports a second segment of the same name, once each time they alternate. */
  function noteSegment(audience: string, id: string): void {
    const before = segmentOf.get(audience);
    if (before !== undefined && before !== id)
      tell(
        id,
        `it is the audience ${audience}, and so was segment ${before}: of two with one name, rename one in Heap`,
      );
    if (segmentOf.size < segmentsKnown) segmentOf.set(audience, id);
  }

  async function take({
    segment,
    sync_info,
    add,
    remove,
  }: HeapSegmentSync): Promise<InvalidSegment | undefined> {
    const audience = audienceOfSegment(segment.name) || audienceOfSegment(`segment_${segment.id}`);
    const wrong = (problem: string): InvalidSegment => ({ invalid: `segment ${segment.id}: ${problem}` });
    const isPerson = (user_id: string): boolean => !problemOfPersonId(user_id);
    const page = {
      source: 'heap',
      sync_id: sync_info.sync_task_id,
      page: sync_info.page_number,
      total_pages: sync_info.total_pages,
      add: add.filter(isPerson).map((user_id) => ({ user_id })),
      remove: remove.filter(isPerson).map((user_id) => ({ user_id })),
    };
    const said = readPage(page, mostOfHeap);
    if ('problem' in said) return wrong(said.problem);
    const { conflict } = await takePage(environment, audience, said);
    if (conflict !== undefined) return wrong(conflict);
    noteSegment(audience, String(segment.id));
    const nobody = add.length + remove.length - page.add.length - page.remove.length;
    if (nobody > 0)
      tell(
        segment.id,
        `${nobody} ${nobody === 1 ? 'member is' : 'members are'} left out: an id must name a person, and must not be an e-mail address (docs/wire.md W-19)`,
      );
    if (said.both > 0) tell(segment.id, `${said.both} came and left in one page, and are out`);
    return undefined;
  }

  return createHeapWebhookHandler({
    secret: heap.secret,
    onSegmentSync: take,
    maxBodyBytes: segmentBytes,
    onError,
    now,
  });
}
