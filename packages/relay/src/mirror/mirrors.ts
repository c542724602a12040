import { setTimeout } from 'node:timers/promises';
import { createHeapWebhookHandler, type HeapSegmentSync } from '@tracklayer/node/heap';
import { TrackLayerError } from '@tracklayer/core';
import { problemOfPersonId } from '@tracklayer/core/adapter';
import { readPage, type SaidPage } from '../audiences/read-page.ts';
import {
  configureAudiences,
  isAudienceName,
  type AudienceRules,
  type GivenAudiences,
} from '../audiences/rules.ts';
import { audienceOfSegment } from '../audiences/audience-of-segment.ts';
import type { Configured } from '../deliver/configured.ts';
import type { MirrorPlan } from '../store/arrival.ts';
import type { PageOutcome } from '../store/audiences.ts';
import type { Store } from '../store/store.ts';
import type { GivenTraits, TraitRules } from '../traits/compute-traits.ts';
import { createTimeLimit } from '../traits/time-limit.ts';

/** A full list is compared in the background: while others are busy, each millisecond of it leaves them so many. */
const shareOfOthers = 3;
/** Heap does not say how long its pages are; one that is refused would be lost. */
const mostOfHeap = 50_000;
const ownNames = new Set(['match_quality', 'paid_channel', 'destination_eligibility']);

export interface HeapSegmentSettings {
  /** Signs segment syncs: of the integration, in Heap. */
  secret: string;
  /** Where the members belong. Default: the relay's environment, when it has one only. */
  environment?: string | undefined;
}

export interface MirrorOptions {
  audiences?: GivenAudiences | undefined;
  /** Computed traits of your own; `{}` for ours alone. Without it nothing is written to Heap. */
  traits?: GivenTraits | undefined;
  heap?: HeapSegmentSettings | undefined;
}

/** What a relay does with people beyond their events: audiences, and traits that go back. */
export interface Mirrors {
  audiences: AudienceRules;
  traits: TraitRules;
  /** Destinations of an environment that hold computed traits. */
  traitsAt(environment: string): readonly string[];
  /** What ingest passes on; nothing where no list is kept anywhere. */
  planOf(environment: string): MirrorPlan | undefined;
  /** Places a page of members; a full list whose pages are all there is compared in the background. */
  takePage(environment: string, audience: string, page: SaidPage): Promise<PageOutcome>;
  /** Answers Heap's Segment Sync, where a secret is set. */
  segments: ((request: Request) => Promise<Response>) | undefined;
  /** Ends after the slice in progress. */
  close(): Promise<void>;
}

/** @throws TrackLayerError `invalid_options` for rules that cannot be used. */
export function createMirrors(
  options: MirrorOptions,
  context: {
    store: Store;
    destinations: readonly Configured[];
    environments: readonly string[];
    now: () => number;
    onError: (error: unknown) => void;
  },
): Mirrors {
  const { store, destinations, environments, now, onError } = context;
  const audiences = configureAudiences(options.audiences, destinations);
  const own = options.traits ?? {};
  for (const [name, compute] of Object.entries(own))
    if (typeof compute !== 'function' || !/^[a-z][a-z0-9_]{0,63}$/.test(name) || ownNames.has(name))
      throw new TrackLayerError(
        'invalid_options',
        `traits.${name.slice(0, 64)} must be a function, with a name such as ltv_band that is not built in`,
      );
  // Nothing of ours takes long: without functions of the customer's there is nothing to bound.
  const bounds =
    Object.keys(own).length > 0
      ? { within: createTimeLimit(), resting: new Map<string, number>() }
      : undefined;
  const traitsAt = (environment: string): readonly string[] =>
    options.traits === undefined
      ? []
      : destinations
          .filter((one) => one.destination.properties && one.environments.includes(environment))
          .map(({ name }) => name);
  const everywhere = destinations.find(
    ({ destination, settings, environments: mine }) =>
      mine.length > 1 && destination.deletion?.token?.isConfigured(settings),
  );
  if (everywhere)
    throw new TrackLayerError(
      'invalid_options',
      `destinations.${everywhere.name}: a user is deleted in the whole account; give it one of the \`environments\` alone`,
    );
  let applying: Promise<unknown> = Promise.resolve();
  let isClosed = false;

  async function applyAll(): Promise<void> {
    for (const { environment, audience, sync_id } of await store.syncsToApply()) {
      const to = [...(audiences.get(audience)?.to.keys() ?? [])];
      const slice = { environment, audience, sync_id, to, traitsAt: traitsAt(environment) };
      let busy = 1;
      for (let isMore = true; isMore;) {
        const begun = performance.now();
        isMore = (await store.applySync({ ...slice, now: now() })) && !isClosed;
        const pauseMs = (performance.now() - begun) * busy * shareOfOthers;
        const before = performance.eventLoopUtilization();
        await setTimeout(Math.max(1, pauseMs));
        busy = performance.eventLoopUtilization(before).utilization;
      }
    }
  }
  const applySyncs = (): void => {
    applying = applying.then(() => (isClosed ? undefined : applyAll())).catch(onError);
  };
  // What a relay left undone, another one takes up; slices of two relays do no harm to each other.
  const timer = setInterval(applySyncs, 60_000);
  timer.unref();

  async function takePage(environment: string, audience: string, page: SaidPage): Promise<PageOutcome> {
    const outcome = await store.addMembers({
      ...page,
      environment,
      audience,
      to: [...(audiences.get(audience)?.to.keys() ?? [])],
      traitsAt: traitsAt(environment),
      received_at: now(),
    });
    if (outcome.state === 'applying') applySyncs();
    return outcome;
  }

  const takeSegment = async ({ segment, sync_info, add, remove }: HeapSegmentSync): Promise<void> => {
    const environment = options.heap?.environment ?? environments[0] ?? '';
    const audience = audienceOfSegment(segment.name || `segment_${segment.id}`);
    const isPerson = (user_id: string): boolean => !problemOfPersonId(user_id);
    const nobody = [...add, ...remove].filter((user_id) => !isPerson(user_id)).length;
    if (nobody > 0)
      onError(
        new TrackLayerError(
          'heap',
          `segment ${segment.id}: ${nobody} ${nobody === 1 ? 'member is' : 'members are'} left out: an id must name a person, and must not be an e-mail address (docs/wire.md W-19)`,
        ),
      );
    const page = {
      source: 'heap',
      sync_id: sync_info.sync_task_id,
      page: sync_info.page_number,
      total_pages: sync_info.total_pages,
      add: add.filter(isPerson).map((user_id) => ({ user_id })),
      remove: remove.filter(isPerson).map((user_id) => ({ user_id })),
    };
    const said = readPage(page, mostOfHeap);
    // Sent again it would be as wrong: it is told, and answered as taken.
    if ('problem' in said || !isAudienceName(audience)) {
      const problem = 'problem' in said ? said.problem : 'its name has no letter or digit';
      onError(new TrackLayerError('heap', `segment ${segment.id}: ${problem}`));
      return;
    }
    const outcome = await takePage(environment, audience, said);
    if (outcome.conflict !== undefined)
      onError(new TrackLayerError('heap', `segment ${segment.id}: ${outcome.conflict}`));
  };
  const { heap } = options;
  if (heap && heap.environment === undefined && environments.length > 1)
    throw new TrackLayerError(
      'invalid_options',
      `heap.environment is missing; this relay has ${environments.join(', ')}`,
    );
  const webhooks =
    heap && createHeapWebhookHandler({ secret: heap.secret, onSegmentSync: takeSegment, onError, now });

  return {
    audiences,
    traits: { own, destinations, now, bounds },
    traitsAt,
    planOf(environment) {
      const at = traitsAt(environment);
      const audiencesTo = new Map([...audiences].map(([name, { to }]) => [name, [...to.keys()]]));
      return audiences.size > 0 || at.length > 0 ? { traitsAt: at, audiencesTo } : undefined;
    },
    takePage,
    segments: webhooks,
    async close() {
      isClosed = true;
      clearInterval(timer);
      await applying;
    },
  };
}
