/** A JSON Schema (draft 2020-12). */
export type Schema = Readonly<Record<string, unknown>>;

const text = { type: 'string' };
const count = { type: 'integer', minimum: 0 };
const list = (items: Schema): Schema => ({ type: 'array', items });
const all = (properties: Readonly<Record<string, Schema>>): Schema => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
});

export const ownKey = all({
  environment: text,
  key: { type: 'string', pattern: '^[0-9a-f]{12}$' },
  scopes: list(text),
});

const fieldErrors = list(all({ path: text, message: text, code: text }));
const status = (...words: string[]): Schema => ({ enum: words });
const result = (more: Readonly<Record<string, Schema>>): Schema => ({
  type: 'object',
  required: ['event_id', 'status'],
  properties: {
    event_id: { type: ['string', 'null'] },
    status: status('accepted', 'duplicate', 'rejected', 'retry'),
    code: text,
    errors: fieldErrors,
    ...more,
  },
});
const verdict = (more: Readonly<Record<string, Schema>>): Schema => ({
  anyOf: [
    {
      type: 'object',
      required: ['status'],
      properties: { event_id: text, status: status('accepted', 'duplicate'), ...more },
    },
    all({ results: list(result(more)) }),
  ],
});

export const capture = verdict({ conflict: { type: 'boolean' } });
export const identify = verdict({ merged: { type: 'boolean' } });

export const problem: Schema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code'],
  properties: { type: text, title: text, status: count, detail: text, code: text, errors: fieldErrors },
};

const summary = {
  event: { type: 'object' },
  status: status('accepted', 'rejected'),
  received_at: { type: 'string', format: 'date-time' },
  copies: count,
  conflicts: count,
};
export const eventPage = all({ events: list(all(summary)), next_cursor: { type: ['string', 'null'] } });
export const foundEvents = all({
  events: list(all({ ...summary, deliveries: list({ type: 'object' }) })),
  next_cursor: { type: ['string', 'null'] },
  looked_at: count,
});
export const eventRecord = all({
  ...summary,
  identity: all({ user_id: { type: ['string', 'null'] }, anonymous_ids: list(text) }),
  deliveries: list({ type: 'object' }),
});

export const deliveryPage = all({
  deliveries: list({
    type: 'object',
    required: ['event_id', 'destination', 'status', 'attempts', 'planned_at', 'at'],
    properties: {
      event_id: text,
      destination: text,
      status: status('pending', 'accepted', 'failed', 'skipped'),
      attempts: count,
      reason: text,
      destination_ref: text,
      planned_at: { type: 'string', format: 'date-time' },
      at: { type: 'string', format: 'date-time' },
      answer: {
        ...all({ request: text, sent: text, status: count, text }),
        description: 'The last answer, redacted; kept for 7 days.',
      },
    },
  }),
  next_cursor: { type: ['string', 'null'] },
});
export const changePage = all({
  changes: list(
    all({
      at: { type: 'string', format: 'date-time' },
      key: { type: 'string', pattern: '^[0-9a-f]{12}$' },
      action: text,
      subject: text,
      detail: { type: 'object' },
    }),
  ),
  next_cursor: { type: ['string', 'null'] },
});
export const preview: Schema = {
  type: 'object',
  required: ['status'],
  properties: {
    status: status('would_send', 'failed', 'skipped'),
    payload: { type: 'object' },
    reason: text,
  },
};
export const replayed = all({ destination: text, status: text, count, dry: { type: 'boolean' } });
export const destinationList = all({
  destinations: list({
    type: 'object',
    required: ['destination', 'title', 'state', 'version', 'failures', 'in_flight', 'counts'],
    properties: {
      destination: text,
      title: text,
      state: status('ok', 'paused', 'down', 'auth_broken', 'config', 'removed'),
      version: text,
      sunset: text,
      detail: text,
      since: { type: 'string', format: 'date-time' },
      waits_until: { type: 'string', format: 'date-time' },
      failures: count,
      in_flight: count,
      counts: all({ planned: count, accepted: count, failed: count, skipped: count, pending: count }),
      oldest_due_at: { type: 'string', format: 'date-time' },
    },
  }),
});

export const trace = all({
  event_id: text,
  event: text,
  hops: list({
    type: 'object',
    required: ['hop', 'verdict', 'at', 'detail', 'value'],
    properties: {
      hop: status('heap', 'registry', 'copies', 'person', 'consent', 'destination'),
      destination: text,
      verdict: status('ok', 'waiting', 'failed', 'missing'),
      at: { type: ['string', 'null'] },
      detail: text,
      advice: text,
      value: { type: 'object' },
    },
  }),
});

export const registryDiff = all({
  from: count,
  severity: status('safe', 'careful', 'breaking'),
  changes: list(
    all({
      severity: status('safe', 'careful', 'breaking'),
      source: text,
      source_event: text,
      change: text,
    }),
  ),
});

export const foundPerson = all({
  user_id: text,
  anonymous_ids: list(text),
  links: list(
    all({
      anonymous_id: text,
      linked_at: { type: 'string', format: 'date-time' },
      closed_at: { type: ['string', 'null'] },
      source: { type: ['string', 'null'] },
    }),
  ),
  received: { type: 'object' },
  computed: { type: 'object' },
  audiences: list(text),
  lists: list({ type: 'object' }),
  events: list(
    all({ event: text, event_id: text, status: text, received_at: { type: 'string', format: 'date-time' } }),
  ),
  is_over_linked: { type: 'boolean' },
  is_cut: all({ links: { type: 'boolean' }, events: { type: 'boolean' } }),
});

export const personTraits = all({
  user_id: text,
  anonymous_ids: list(text),
  received: { type: 'object' },
  computed: { type: 'object' },
  is_over_linked: { type: 'boolean' },
});

export const unlinked = all({
  user_id: text,
  anonymous_id: text,
  unlinked_at: { type: 'string', format: 'date-time' },
});

const erasedCounts = all({
  anonymous_ids: count,
  links: count,
  traits: count,
  identifies: count,
  events: count,
  deliveries: count,
  audiences: count,
  lists: count,
});
const held = all({ destination: text, list: text });
const kept = list(all({ destination: text, what: text }));
export const erased = all({
  erased_at: { type: 'string', format: 'date-time' },
  state: status('running', 'done'),
  erased: erasedCounts,
  running: list(held),
  kept,
});

export const erasure = all({
  state: status('running', 'done'),
  erased_at: { type: ['string', 'null'], format: 'date-time' },
  erased: { anyOf: [erasedCounts, { type: 'null' }] },
  done: list(held),
  running: list({
    type: 'object',
    required: ['destination', 'list', 'status'],
    properties: { destination: text, list: text, status: text, reason: text },
  }),
  kept,
});

const counts = { type: 'object', additionalProperties: count };
const destinationCounts = all({
  planned: count,
  accepted: count,
  skipped: counts,
  failed: counts,
  pending: count,
});
export const report = all({
  since: { type: 'string', format: 'date' },
  until: { type: 'string', format: 'date' },
  rows: list(
    all({
      day: { type: 'string', format: 'date' },
      event: text,
      seen: count,
      drafts: count,
      not_promoted: count,
      uncounted: count,
      promoted: count,
      received: count,
      accepted: count,
      duplicates: count,
      rejected: counts,
      destinations: { type: 'object', additionalProperties: destinationCounts },
    }),
  ),
  clients_dropped: counts,
});

export const registryVersions = all({
  versions: list(all({ version: count, entries: count, at: { type: 'string', format: 'date-time' } })),
  next_before: { type: ['integer', 'null'] },
});

const share = { type: 'number', minimum: 0, maximum: 1 };
const shares = { type: 'object', additionalProperties: share };
const label = { source: text, source_event: text, canonical_event: text };
export const drift = all({
  since: { type: 'string', format: 'date' },
  registry_version: count,
  events: list(
    all({
      event: text,
      source: text,
      copies: count,
      conflicts: count,
      rejected: count,
      added: list(all({ path: text, types: list(text), share, since: text })),
      vanished: list(all({ path: text, share, last_seen: text })),
      type_changed: list(all({ path: text, from: shares, to: shares, since: text })),
    }),
  ),
  silent: list(all({ ...label, last_seen: text })),
  near_misses: list(all({ ...label, expected: text, count })),
});

/** Body of `POST /api/drift`. */
export const sightings = all({
  sightings: {
    ...list(all({ source: text, source_event: text, count: { type: 'integer', minimum: 1 } })),
    minItems: 1,
    maxItems: 500,
  },
});
