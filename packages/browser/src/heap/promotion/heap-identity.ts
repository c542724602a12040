import type { EventContext, IdentifyInput } from '@tracklayer/core';
import { problemOfPersonId } from '@tracklayer/core/adapter';
import type { HeapApi, WatchedName } from '../hook/heap-api.ts';
import type { PromotingClient } from '../promoting-client.ts';

/** Lets what the page tells Heap of a person speak for the client too. */
export interface HeapIdentity {
  heard(name: WatchedName, [first]: readonly unknown[], heap: HeapApi | undefined): void;
}

type Traits = Record<string, string | number | boolean>;

export function createHeapIdentity(
  client: PromotingClient,
  allowed: Readonly<Record<string, string>>,
  contextOf: (heap: HeapApi | undefined) => EventContext | undefined,
): HeapIdentity {
  let lastId: string | undefined;
  let lastTraits: string | undefined;
  let hashing = 0;

  function say(heap: HeapApi | undefined, said: { user_id: string } | { traits: Traits }): void {
    client.identify({ ...said, source: 'heap', context: contextOf(heap) } as IdentifyInput);
  }

  function identified(id: unknown, heap: HeapApi | undefined): void {
    const user_id = (typeof id === 'number' ? String(id) : id) as string;
    // The hash is Heap's own way of naming a person, and says nothing to anyone else.
    if (hashing > 0 && /^[0-9a-f]{64}$/.test(user_id)) {
      hashing--;
      return;
    }
    // Classic repeats an identify that came before it was ready.
    if (user_id === lastId) return;
    // Heap refuses these without a word; passed on, they would make strangers one person. Addresses it takes: the client
    // refuses those, and says so.
    if (problemOfPersonId(user_id) && !/@/.test(user_id)) return;
    lastId = user_id;
    lastTraits = undefined;
    say(heap, { user_id });
  }

  function described(properties: unknown, heap: HeapApi | undefined): void {
    if (typeof properties !== 'object' || properties === null) return;
    const traits: Traits = {};
    for (const [property, trait] of Object.entries(allowed)) {
      if (!Object.hasOwn(properties, property)) continue;
      const value = (properties as Record<string, unknown>)[property];
      if (/string|number|boolean/.test(typeof value)) traits[trait] = value as string;
    }
    const text = JSON.stringify(traits);
    // Classic repeats these too, and pages say them on every view.
    if (text === '{}' || text === lastTraits) return;
    lastTraits = text;
    say(heap, { traits });
  }

  return {
    heard(name, [first], heap) {
      if (name === 'identify') identified(first, heap);
      else if (name === 'identifyHashed') hashing++;
      else if (name === 'addUserProperties') described(first, heap);
      // Heap leaves an unknown visitor as they are; before it is there, the client knows better.
      else if (heap ? isIdentified(heap) : (client.userId?.() ?? !client.userId)) {
        lastId = lastTraits = undefined;
        client.reset?.();
      }
    },
  };
}

function isIdentified({ identity, getIdentity }: HeapApi): boolean {
  return typeof (getIdentity ? getIdentity() : identity) === 'string';
}
