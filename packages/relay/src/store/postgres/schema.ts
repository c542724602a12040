/**
 * The tables, one script per version, counted in `schema_versions`. A script that was released is never edited: the next
 * one changes what it made. The tables are those of `sqlite/schema.ts`, where each is explained. Every primary key and
 * unique index holds the column by which its table can be spread over machines: `event_id`, or a person's id.
 * docs/scale.md has the lines that do it.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE events (
    environment text COLLATE "C" NOT NULL,
    event_id text COLLATE "C" NOT NULL,
    event text COLLATE "C",
    person text COLLATE "C",
    status text NOT NULL,
    body text NOT NULL,
    received_at bigint NOT NULL,
    client_occurred_at text,
    copies bigint NOT NULL DEFAULT 1,
    conflicts bigint NOT NULL DEFAULT 0,
    conflict_fields text,
    later_copies text,
    errors text,
    network smallint NOT NULL DEFAULT 0,
    erased_at bigint,
    revision bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (environment, event_id)
  );
  CREATE INDEX events_by_time ON events (environment, received_at, event_id);
  CREATE INDEX events_by_name ON events (environment, event, received_at, event_id);
  CREATE INDEX events_of_person ON events (environment, person, received_at, event_id) WHERE person IS NOT NULL;
  CREATE INDEX events_rejected ON events (environment, received_at, event_id) WHERE status = 'rejected';
  CREATE INDEX events_network ON events (environment, received_at) WHERE network = 1;

  -- Rows are changed twice and then rest: room on their pages, and dead rows swept early.
  CREATE TABLE deliveries (
    environment text COLLATE "C" NOT NULL,
    event_id text COLLATE "C" NOT NULL,
    destination text COLLATE "C" NOT NULL,
    event text COLLATE "C",
    queue text COLLATE "C" NOT NULL,
    person text COLLATE "C",
    status text NOT NULL,
    planned_at bigint NOT NULL,
    due_at bigint NOT NULL,
    lease text COLLATE "C",
    attempts integer NOT NULL DEFAULT 0,
    reason text,
    destination_ref text,
    note text,
    changed_at bigint NOT NULL,
    PRIMARY KEY (environment, event_id, destination)
  ) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
  CREATE INDEX deliveries_due ON deliveries (queue, due_at, event_id) WHERE status = 'pending';
  CREATE INDEX deliveries_leased ON deliveries (queue, due_at) WHERE lease IS NOT NULL;
  CREATE TABLE queues (queue text COLLATE "C" PRIMARY KEY, state text NOT NULL);
  CREATE TABLE chores (
    chore text COLLATE "C" PRIMARY KEY, due_at bigint NOT NULL, lease text, progress text NOT NULL
  );

  CREATE TABLE identifies (
    environment text COLLATE "C" NOT NULL,
    event_id text COLLATE "C" NOT NULL,
    person text COLLATE "C",
    body text NOT NULL,
    received_at bigint NOT NULL,
    client_occurred_at text,
    network smallint NOT NULL DEFAULT 0,
    PRIMARY KEY (environment, event_id)
  );
  CREATE INDEX identifies_by_time ON identifies (environment, received_at);
  CREATE INDEX identifies_of_person ON identifies (environment, person) WHERE person IS NOT NULL;
  CREATE INDEX identifies_network ON identifies (environment, received_at) WHERE network = 1;

  CREATE TABLE people (
    environment text COLLATE "C" NOT NULL,
    person text COLLATE "C" NOT NULL,
    traits text NOT NULL,
    seen text NOT NULL,
    network_at bigint,
    over_linked smallint NOT NULL DEFAULT 0,
    revision bigint NOT NULL,
    PRIMARY KEY (environment, person)
  );
  CREATE INDEX people_network ON people (environment, network_at) WHERE network_at IS NOT NULL;

  CREATE TABLE links (
    environment text COLLATE "C" NOT NULL,
    anonymous_id text COLLATE "C" NOT NULL,
    linked_at bigint NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    source text,
    closed_at bigint,
    PRIMARY KEY (environment, anonymous_id, linked_at, user_id)
  );
  CREATE UNIQUE INDEX links_open ON links (environment, anonymous_id) WHERE closed_at IS NULL;
  CREATE INDEX links_of_user ON links (environment, user_id, closed_at);

  CREATE TABLE registries (
    environment text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    entries text NOT NULL,
    entry_count integer NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (environment, version)
  );

  CREATE TABLE shapes (
    environment text COLLATE "C" NOT NULL,
    day bigint NOT NULL,
    event text COLLATE "C" NOT NULL,
    source text COLLATE "C" NOT NULL,
    slot integer NOT NULL,
    shape text NOT NULL,
    revision bigint NOT NULL,
    PRIMARY KEY (environment, day, event, source, slot)
  );
  CREATE INDEX shapes_of_event ON shapes (environment, event, day);
  CREATE TABLE steps (
    environment text COLLATE "C" NOT NULL,
    day integer NOT NULL,
    event text COLLATE "C" NOT NULL,
    step text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    reason text COLLATE "C" NOT NULL,
    slot integer NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (environment, day, event, step, name, reason, slot)
  );
  CREATE TABLE sightings (
    environment text COLLATE "C" NOT NULL,
    day bigint NOT NULL,
    source text COLLATE "C" NOT NULL,
    source_event text COLLATE "C" NOT NULL,
    slot integer NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (environment, day, source, source_event, slot)
  );
  CREATE TABLE dropped (
    environment text COLLATE "C" NOT NULL,
    reason text COLLATE "C" NOT NULL,
    slot integer NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (environment, reason, slot)
  );

  CREATE TABLE reports (
    environment text COLLATE "C" NOT NULL,
    idempotency_key text COLLATE "C" NOT NULL,
    received_at bigint NOT NULL,
    PRIMARY KEY (environment, idempotency_key)
  );
  CREATE INDEX reports_by_time ON reports (environment, received_at);

  CREATE TABLE health (slot integer PRIMARY KEY, commits bigint NOT NULL);
  `,
  `
  CREATE TABLE changes (
    environment text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    change_id text COLLATE "C" NOT NULL,
    fingerprint text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    detail text NOT NULL,
    PRIMARY KEY (environment, at, change_id)
  );
  `,
  `
  CREATE TABLE syncs (
    environment text COLLATE "C" NOT NULL,
    audience text COLLATE "C" NOT NULL,
    sync_id text COLLATE "C" NOT NULL,
    source text COLLATE "C" NOT NULL,
    mode text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    total_pages bigint NOT NULL,
    begun_at bigint NOT NULL,
    changed_at bigint NOT NULL,
    progress text,
    PRIMARY KEY (environment, audience, sync_id)
  );
  CREATE INDEX syncs_applying ON syncs (changed_at) WHERE state = 'applying';
  CREATE TABLE sync_pages (
    environment text COLLATE "C" NOT NULL,
    audience text COLLATE "C" NOT NULL,
    sync_id text COLLATE "C" NOT NULL,
    page bigint NOT NULL,
    added bigint NOT NULL DEFAULT 0,
    removed bigint NOT NULL DEFAULT 0,
    unchanged bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (environment, audience, sync_id, page)
  );
  CREATE TABLE staged (
    environment text COLLATE "C" NOT NULL,
    audience text COLLATE "C" NOT NULL,
    sync_id text COLLATE "C" NOT NULL,
    person text COLLATE "C" NOT NULL,
    PRIMARY KEY (environment, audience, sync_id, person)
  );
  CREATE TABLE members (
    environment text COLLATE "C" NOT NULL,
    audience text COLLATE "C" NOT NULL,
    person text COLLATE "C" NOT NULL,
    present bigint NOT NULL,
    since bigint NOT NULL,
    until bigint,
    sync_id text COLLATE "C" NOT NULL,
    begun_at bigint NOT NULL,
    PRIMARY KEY (environment, audience, person)
  );
  CREATE INDEX members_of_person ON members (environment, person) WHERE present = 1;
  CREATE TABLE audience_sizes (
    environment text COLLATE "C" NOT NULL,
    audience text COLLATE "C" NOT NULL,
    day bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    slot bigint NOT NULL,
    change bigint NOT NULL,
    PRIMARY KEY (environment, audience, day, kind, slot)
  );

  CREATE TABLE mirrors (
    environment text COLLATE "C" NOT NULL,
    person text COLLATE "C" NOT NULL,
    destination text COLLATE "C" NOT NULL,
    list text COLLATE "C" NOT NULL,
    queue text COLLATE "C" NOT NULL,
    wanted text COLLATE "C" NOT NULL,
    there bigint NOT NULL DEFAULT 0,
    status text COLLATE "C" NOT NULL,
    touched bigint NOT NULL DEFAULT 0,
    due_at bigint NOT NULL,
    lease text,
    attempts bigint NOT NULL DEFAULT 0,
    reason text,
    note text,
    changed_at bigint NOT NULL,
    PRIMARY KEY (environment, person, destination, list)
  );
  CREATE INDEX mirrors_due ON mirrors (queue, due_at, person) WHERE status = 'pending';
  CREATE INDEX mirrors_leased ON mirrors (queue, due_at) WHERE lease IS NOT NULL;
  `,
  'ALTER TABLE health ADD COLUMN ballast text',
  `
  CREATE INDEX members_gone ON members (environment, until) WHERE present = 0;
  `,
  `
  CREATE TABLE notices (
    environment text COLLATE "C" NOT NULL,
    notice_id text COLLATE "C" NOT NULL,
    queue text COLLATE "C" NOT NULL,
    type text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    data text NOT NULL,
    person text COLLATE "C",
    status text COLLATE "C" NOT NULL,
    due_at bigint NOT NULL,
    lease text,
    attempts bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (environment, notice_id)
  );
  CREATE INDEX notices_due ON notices (queue, due_at, notice_id) WHERE status = 'pending';
  CREATE INDEX notices_leased ON notices (queue, due_at) WHERE lease IS NOT NULL;
  CREATE INDEX notices_at ON notices (environment, at);
  CREATE INDEX deliveries_noted ON deliveries (environment, changed_at) WHERE note IS NOT NULL AND status <> 'pending';
  `,
  `
  CREATE TABLE account_users (
    environment text COLLATE "C" NOT NULL,
    account text COLLATE "C" NOT NULL,
    person text COLLATE "C" NOT NULL,
    PRIMARY KEY (environment, account, person)
  );
  CREATE INDEX account_users_person ON account_users (environment, person);
  `,
  `
  CREATE INDEX changes_of_subject ON changes (environment, subject, at);
  `,
];
