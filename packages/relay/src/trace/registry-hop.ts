import { promotesUntil } from '@tracklayer/core/adapter';
import type { TraceFacts } from './facts.ts';
import type { Hop } from './trace.ts';

/** What the registry said of the event when it came. */
export function registryHop({ event, record, registry, registry_version, now }: TraceFacts): Hop {
  const { version, at } = registry_version;
  const entries = registry.entries.filter(({ canonical_event }) => canonical_event === event);
  const value = {
    version,
    entries: entries.map(({ source, source_event, status }) => ({ source, source_event, status })),
  };
  const base = { hop: 'registry', at, value } as const;
  if (version === 0) {
    return {
      ...base,
      verdict: 'missing',
      detail: 'no registry was in force',
      advice: 'for events from Heap, push one: tracklayer registry push registry.yaml',
    };
  }
  const time = record ? Date.parse(record.received_at) : now;
  const promoting = entries.find((entry) => time < promotesUntil(entry));
  if (promoting) {
    const { source, source_event, status } = promoting;
    const detail = `${source} ${JSON.stringify(source_event)} is ${status} as ${event} in version ${version}`;
    return { ...base, verdict: 'ok', detail };
  }
  const [draft] = entries;
  if (draft) {
    const { source, source_event, status } = draft;
    const label = `${source} ${JSON.stringify(source_event)}`;
    return {
      ...base,
      verdict: 'failed',
      detail:
        status === 'draft'
          ? `${label} is a draft in version ${version}: it is counted but not promoted`
          : `${label} expired on ${draft.deprecated_until ?? 'an unknown day'}: it is no longer promoted`,
      advice: 'set its status to approved in the registry, and push it',
    };
  }
  return {
    ...base,
    verdict: 'missing',
    detail: `version ${version} has no entry for ${event}`,
    advice: 'add an entry with the label that Heap uses; an event from a server needs none',
  };
}
