import type { AudienceStore } from '../store/audiences.ts';
import { createRest } from './create-rest.ts';

/** Full lists whose pages are all there, compared in the background. */
export interface SyncsApplied {
  /** One is complete: compares it soon. */
  soon(): void;
  /** Ends after the slice in progress. */
  close(): Promise<void>;
}

const everyMs = 60_000;

/** @param planOf - which lists of platforms hear of an audience, and which hold computed traits. */
export function startSyncs(
  store: Pick<AudienceStore, 'syncsToApply' | 'applySync'>,
  planOf: (environment: string, audience: string) => { to: readonly string[]; traitsAt: readonly string[] },
  now: () => number,
  onError: (error: unknown) => void,
): SyncsApplied {
  let applying: Promise<unknown> = Promise.resolve();
  let isClosed = false;

  async function applyAll(): Promise<void> {
    for (const { environment, audience, sync_id } of await store.syncsToApply()) {
      const slice = { environment, audience, sync_id, ...planOf(environment, audience) };
      const rest = createRest();
      for (let isMore = true; isMore;) {
        const begun = performance.now();
        isMore = (await store.applySync({ ...slice, now: now() })) && !isClosed;
        await rest(performance.now() - begun);
      }
    }
  }

  function soon(): void {
    applying = applying.then(() => (isClosed ? undefined : applyAll())).catch(onError);
  }

  // What a relay left undone, another one takes up; slices of two relays do no harm to each other.
  const timer = setInterval(soon, everyMs);
  timer.unref();
  return {
    soon,
    async close() {
      isClosed = true;
      clearInterval(timer);
      await applying;
    },
  };
}
