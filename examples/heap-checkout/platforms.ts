// Stand-ins of nine platforms, and the relay's settings that send to them: what a real config says, with other addresses.
import { createHmac } from 'node:crypto';
import type { RegistryEntry } from '@tracklayer/core';
import { startSandbox, type Sandbox, type SandboxType } from '@tracklayer/destinations/sandbox';
import type { RelayOptions } from '@tracklayer/relay';

export const platforms: readonly SandboxType[] = [
  'meta',
  'google',
  'ga4',
  'linkedin',
  'hubspot',
  'salesforce',
  'tiktok',
  'webhook',
  'heap',
];
/** The cohort as Heap names it, and where the relay's rule sends it. */
export const cohort = {
  segment: 'Checkout stalled',
  audience: 'checkout_stalled',
  meta: '900',
  hubspot: '21',
};
const heapSecret = 'a segment secret of the demo';

export interface Platforms {
  sandbox: Sandbox;
  relay: Pick<RelayOptions, 'destinations' | 'audiences' | 'traits' | 'heap'>;
}

export async function startPlatforms(): Promise<Platforms> {
  const sandbox = await startSandbox();
  // The page's copy and the server's leave together when both came within the hold.
  const destinations = platforms.map((name) => [name, { ...sandbox.settings[name], holdMs: 2_000 }] as const);
  return {
    sandbox,
    relay: {
      destinations: Object.fromEntries(destinations),
      audiences: {
        [cohort.audience]: {
          from: 'heap',
          to: { meta: { audience: cohort.meta }, hubspot: { list: cohort.hubspot } },
        },
      },
      traits: {},
      heap: { secret: heapSecret },
    },
  };
}

/** What Heap's Segment Sync does every few hours: tells who joined a segment and who left it, signed. */
export async function syncSegment(
  relayUrl: string,
  change: { add?: readonly string[]; remove?: readonly string[] },
): Promise<void> {
  const ids = (list: readonly string[] = []) => list.map((id) => ({ id }));
  const body = JSON.stringify({
    action_type: 'segment.users.sync',
    customer_config: { fields: [] },
    data: {
      segment: { id: 7, name: cohort.segment },
      sync_info: { page_number: 1, total_pages: 1, sync_task_id: crypto.randomUUID() },
      add: ids(change.add),
      remove: ids(change.remove),
    },
  });
  const ts = String(Date.now());
  const hmac = createHmac('sha256', heapSecret).update(ts).update(body).digest('base64');
  const answer = await fetch(`${relayUrl}/api/heap/segments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'heap-hash': `ts:${ts},hmac:${hmac}` },
    body,
  });
  if (!answer.ok) throw new Error(`the segment sync was answered ${answer.status}: ${await answer.text()}`);
}

/** Puts a registry in place of the version that was read, as `tracklayer registry push` does. */
export async function putRegistry(
  relay: { url: string; key: string },
  entries: readonly RegistryEntry[],
  replaces: number,
): Promise<void> {
  const answer = await fetch(`${relay.url}/api/registry`, {
    method: 'PUT',
    headers: {
      authorization: `Bearer ${relay.key}`,
      'content-type': 'application/json',
      'if-match': `"${replaces}"`,
    },
    body: JSON.stringify({ entries }),
  });
  if (!answer.ok) throw new Error(`the registry was answered ${answer.status}: ${await answer.text()}`);
}
