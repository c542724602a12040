import type { IdentifyInput } from '@tracklayer/core';
import { problemOfPersonId, jsonText } from '@tracklayer/core/adapter';
import { isReady, type HeapApi, type HeapCall } from '../hook/heap-api.ts';
import type { PromotingClient } from '../promoting-client.ts';
import { heapContext, heapIdentity } from './heap-ids.ts';

/** Lets what Heap knows of a person speak for the client too. */
export interface HeapIdentity {
  /** What it returns is to be done once Heap's own call has returned. */
  heard(call: HeapCall, heap: HeapApi): (() => void) | undefined;
  /**
   * Takes over, once, whom Heap knew already, where the client knows nobody and the page has said nothing. While consent
   * is pending this is memory only, as the events that wait: they name the person. A refusal forgets them.
   */
  adopt(heap: HeapApi): void;
  /** How many persons were taken over. */
  adopted(): number;
}

type Traits = Record<string, string | number | boolean>;

const isHash = (id: string): boolean => /^[0-9a-f]{64}$/.test(id);

export function createHeapIdentity(
  client: PromotingClient,
  allowed: Readonly<Record<string, string>>,
): HeapIdentity {
  let lastTraits: string | undefined;
  let lastRefused: string | undefined;
  let hashing = 0;
  let adopted = 0;
  let hasSpoken = false;
  let hasLooked = false;

  function say(heap: HeapApi, said: { user_id: string } | { traits: Traits }): void {
    client.identify({ ...said, source: 'heap', context: heapContext(heap) } as IdentifyInput);
  }

  /** Whether the client was told. */
  function identified(id: string | undefined, heap: HeapApi): boolean {
    if (id === undefined || id === client.userId() || id === lastRefused) return false;
    if (problemOfPersonId(id)) {
      // Heap refuses these without a word; passed on, they would make strangers one person. Addresses it takes: the
      // client refuses those, and says so.
      if (!/@/.test(id)) return false;
      lastRefused = id;
    }
    say(heap, { user_id: id });
    return true;
  }

  function described(properties: unknown, heap: HeapApi): void {
    if (typeof properties !== 'object' || properties === null) return;
    const traits: Traits = {};
    for (const [property, trait] of Object.entries(allowed)) {
      if (!Object.hasOwn(properties, property)) continue;
      const value = (properties as Record<string, unknown>)[property];
      if (/string|number|boolean/.test(typeof value)) traits[trait] = value as string;
    }
    // Pages say them on every view. What was said of another visitor is not said of this one.
    const text = jsonText([traits, client.userId(), client.anonymousId()]);
    if (Object.keys(traits).length === 0 || text === lastTraits) return;
    lastTraits = text;
    say(heap, { traits });
  }

  return {
    heard({ name, args: [first] }, heap) {
      if (name === 'addUserProperties') return () => described(first, heap);
      if (name === 'identifyHashed') hashing++;
      else if (name === 'identify') {
        const id = namedBy(first, heap);
        // The hash is Heap's own way of naming a person, and says nothing to anyone else.
        if (hashing > 0 && id && isHash(id)) {
          hashing--;
          return undefined;
        }
        hasSpoken = true;
        return () => void identified(id, heap);
      } else {
        hasSpoken = true;
        // An unknown visitor stays who they are, on every load.
        if (client.userId() !== undefined || heapIdentity(heap) !== undefined) client.reset();
      }
      return undefined;
    },
    adopt(heap) {
      if (client.consent() === 'refused') hasLooked = false;
      // A stub does not say whom Heap knows.
      else if (!hasSpoken && !hasLooked && isReady(heap)) {
        hasLooked = true;
        const id = heapIdentity(heap);
        if (client.userId() === undefined && id && !isHash(id) && identified(id, heap)) adopted++;
      }
    },
    adopted: () => adopted,
  };
}

/** Classic's early versions took `{ handle, email }`; SDK 5 does not. */
function namedBy(given: unknown, heap: HeapApi): string | undefined {
  const { handle, email } =
    typeof given === 'object' && !heap.getIdentity
      ? ((given ?? {}) as { handle?: unknown; email?: unknown })
      : { handle: given };
  const id = handle ?? email;
  if (typeof id === 'number') return Number.isFinite(id) ? String(id) : undefined;
  return typeof id === 'string' ? id : undefined;
}
