import { TrackLayerError } from '@tracklayer/core';
import type { SaidPage } from '../audiences/read-page.ts';
import {
  configureAudiences,
  targetsIn,
  type AudienceRules,
  type GivenAudiences,
} from '../audiences/rules.ts';
import type { Configured } from '../deliver/configured.ts';
import type { MirrorPlan } from '../store/arrival.ts';
import type { PageOutcome } from '../store/audiences.ts';
import type { Store } from '../store/store.ts';
import { createTellFailures } from '../traits/tell-failures.ts';
import type { GivenTraits, TraitRules } from '../traits/compute-traits.ts';
import { createTimeLimit } from '../traits/time-limit.ts';
import { startSyncs } from './apply-syncs.ts';
import { createRest } from './create-rest.ts';
import { createSegmentSync, type HeapSegmentSettings } from './segment-sync.ts';

const ownNames = new Set(['match_quality', 'paid_channel', 'destination_eligibility']);

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
  const own = checkedTraits(options.traits ?? {});
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
  refuseSharedDeletion(destinations);
  const planFor = (environment: string, audience: string) => ({
    to: [...targetsIn(audiences, audience, environment).keys()],
    traitsAt: traitsAt(environment),
  });
  const syncs = startSyncs(store, planFor, now, onError);

  const rest = createRest();
  async function takePage(environment: string, audience: string, page: SaidPage): Promise<PageOutcome> {
    const outcome = await store.addMembers({
      ...page,
      environment,
      audience,
      ...planFor(environment, audience),
      received_at: now(),
      rest,
    });
    if (outcome.state === 'applying') syncs.soon();
    return outcome;
  }

  const { heap } = options;
  return {
    audiences,
    traits: { own, destinations, now, bounds, onFailed: createTellFailures(onError, now) },
    traitsAt,
    planOf(environment) {
      const at = traitsAt(environment);
      const audiencesTo = new Map(
        [...audiences.keys()].map((name) => [name, [...targetsIn(audiences, name, environment).keys()]]),
      );
      return audiences.size > 0 || at.length > 0 ? { traitsAt: at, audiencesTo } : undefined;
    },
    takePage,
    segments: heap && createSegmentSync(heap, environments, takePage, now, onError),
    close: syncs.close,
  };
}

/** @throws TrackLayerError `invalid_options` */
function checkedTraits(own: GivenTraits): GivenTraits {
  for (const [name, compute] of Object.entries(own))
    if (typeof compute !== 'function' || !/^[a-z][a-z0-9_]{0,63}$/.test(name) || ownNames.has(name))
      throw new TrackLayerError(
        'invalid_options',
        `traits.${name.slice(0, 64)} must be a function, with a name such as ltv_band that is not built in`,
      );
  return own;
}

/** @throws TrackLayerError `invalid_options` when an account of several environments would delete users of one of them. */
function refuseSharedDeletion(destinations: readonly Configured[]): void {
  const everywhere = destinations.find(
    ({ destination, settings, environments }) =>
      environments.length > 1 && destination.deletion?.token?.isConfigured(settings),
  );
  if (everywhere)
    throw new TrackLayerError(
      'invalid_options',
      `destinations.${everywhere.name}: a user is deleted in the whole account; give it one of the \`environments\` alone`,
    );
}
