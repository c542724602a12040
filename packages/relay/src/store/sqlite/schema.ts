/**
 * The tables, one script per version; `PRAGMA user_version` counts them from {@link firstVersion}. A script that was
 * released is never edited: the next one changes what it made. Times are milliseconds since 1970. docs/scale.md says
 * why the keys are as they are; `postgres/schema.ts` has the same tables.
 */
export const migrations: readonly string[] = [
  `
  -- One row per event_id. body is the first accepted copy with what later ones filled in.
  CREATE TABLE events (
    environment TEXT NOT NULL,
    event_id TEXT NOT NULL,
    event TEXT,
    person TEXT,
    status TEXT NOT NULL,
    body TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    client_occurred_at TEXT,
    copies INTEGER NOT NULL DEFAULT 1,
    conflicts INTEGER NOT NULL DEFAULT 0,
    conflict_fields TEXT,
    later_copies TEXT,
    errors TEXT,
    network INTEGER NOT NULL DEFAULT 0,
    erased_at INTEGER,
    revision INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (environment, event_id)
  ) STRICT;
  -- Pages of events, newest first: each index ends in the order of arrival.
  CREATE INDEX events_by_time ON events (environment, received_at, event_id);
  CREATE INDEX events_by_name ON events (environment, event, received_at, event_id);
  CREATE INDEX events_of_person ON events (environment, person, received_at, event_id) WHERE person IS NOT NULL;
  CREATE INDEX events_rejected ON events (environment, received_at, event_id) WHERE status = 'rejected';
  CREATE INDEX events_network ON events (environment, received_at) WHERE network = 1;

  -- Where accepted events go; due_at of a leased row is the end of its lease. event is for counting: NULL for a
  -- controlled event, which counts nowhere.
  CREATE TABLE deliveries (
    environment TEXT NOT NULL,
    event_id TEXT NOT NULL,
    destination TEXT NOT NULL,
    event TEXT,
    queue TEXT NOT NULL,
    person TEXT,
    status TEXT NOT NULL,
    planned_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    lease TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    reason TEXT,
    destination_ref TEXT,
    note TEXT,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (environment, event_id, destination)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX deliveries_due ON deliveries (queue, due_at, event_id) WHERE status = 'pending';
  CREATE INDEX deliveries_leased ON deliveries (queue, due_at) WHERE lease IS NOT NULL;
  CREATE TABLE queues (queue TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE chores (
    chore TEXT PRIMARY KEY, due_at INTEGER NOT NULL, lease TEXT, progress TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- Every identify as it was accepted. people and links hold what follows from them.
  CREATE TABLE identifies (
    environment TEXT NOT NULL,
    event_id TEXT NOT NULL,
    person TEXT,
    body TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    client_occurred_at TEXT,
    network INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (environment, event_id)
  ) STRICT;
  CREATE INDEX identifies_by_time ON identifies (environment, received_at);
  CREATE INDEX identifies_of_person ON identifies (environment, person) WHERE person IS NOT NULL;
  CREATE INDEX identifies_network ON identifies (environment, received_at) WHERE network = 1;

  -- One row per id of a person, so that a link can be undone. traits and seen are JSON, each value with its time.
  CREATE TABLE people (
    environment TEXT NOT NULL,
    person TEXT NOT NULL,
    traits TEXT NOT NULL,
    seen TEXT NOT NULL,
    network_at INTEGER,
    over_linked INTEGER NOT NULL DEFAULT 0,
    revision INTEGER NOT NULL,
    PRIMARY KEY (environment, person)
  ) STRICT;
  CREATE INDEX people_network ON people (environment, network_at) WHERE network_at IS NOT NULL;

  -- To whom an anonymous id belonged, from linked_at until closed_at. At most one is open.
  CREATE TABLE links (
    environment TEXT NOT NULL,
    anonymous_id TEXT NOT NULL,
    linked_at INTEGER NOT NULL,
    user_id TEXT NOT NULL,
    source TEXT,
    closed_at INTEGER,
    PRIMARY KEY (environment, anonymous_id, linked_at, user_id)
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX links_open ON links (environment, anonymous_id) WHERE closed_at IS NULL;
  CREATE INDEX links_of_user ON links (environment, user_id, closed_at);

  -- Registries, every version of them; entries is JSON as it was put.
  CREATE TABLE registries (
    environment TEXT NOT NULL,
    version INTEGER NOT NULL,
    entries TEXT NOT NULL,
    entry_count INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (environment, version)
  ) STRICT;

  -- Counters have one row per slot, so that two relays on one database never wait for each other's.
  CREATE TABLE shapes (
    environment TEXT NOT NULL,
    day INTEGER NOT NULL,
    event TEXT NOT NULL,
    source TEXT NOT NULL,
    slot INTEGER NOT NULL,
    shape TEXT NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (environment, day, event, source, slot)
  ) STRICT;
  CREATE INDEX shapes_of_event ON shapes (environment, event, day);
  CREATE TABLE steps (
    environment TEXT NOT NULL,
    day INTEGER NOT NULL,
    event TEXT NOT NULL,
    step TEXT NOT NULL,
    name TEXT NOT NULL,
    reason TEXT NOT NULL,
    slot INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (environment, day, event, step, name, reason, slot)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE sightings (
    environment TEXT NOT NULL,
    day INTEGER NOT NULL,
    source TEXT NOT NULL,
    source_event TEXT NOT NULL,
    slot INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (environment, day, source, source_event, slot)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE dropped (
    environment TEXT NOT NULL,
    reason TEXT NOT NULL,
    slot INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (environment, reason, slot)
  ) STRICT, WITHOUT ROWID;

  -- Requests that reported something, so that a repeated one counts once.
  CREATE TABLE reports (
    environment TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (environment, idempotency_key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX reports_by_time ON reports (environment, received_at);

  CREATE TABLE health (slot INTEGER PRIMARY KEY, commits INTEGER NOT NULL) STRICT;
  `,
  `
  -- Who changed what, and when. fingerprint is the key's; detail is JSON, without a personal value.
  CREATE TABLE changes (
    environment TEXT NOT NULL,
    at INTEGER NOT NULL,
    change_id TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (environment, at, change_id)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- What sources told of audiences, by page. A full list waits in staged until all its pages are there.
  CREATE TABLE syncs (
    environment TEXT NOT NULL,
    audience TEXT NOT NULL,
    sync_id TEXT NOT NULL,
    source TEXT NOT NULL,
    mode TEXT NOT NULL,
    state TEXT NOT NULL,
    total_pages INTEGER NOT NULL,
    begun_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    progress TEXT,
    PRIMARY KEY (environment, audience, sync_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX syncs_applying ON syncs (changed_at) WHERE state = 'applying';
  CREATE TABLE sync_pages (
    environment TEXT NOT NULL,
    audience TEXT NOT NULL,
    sync_id TEXT NOT NULL,
    page INTEGER NOT NULL,
    added INTEGER NOT NULL DEFAULT 0,
    removed INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (environment, audience, sync_id, page)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE staged (
    environment TEXT NOT NULL,
    audience TEXT NOT NULL,
    sync_id TEXT NOT NULL,
    person TEXT NOT NULL,
    PRIMARY KEY (environment, audience, sync_id, person)
  ) STRICT, WITHOUT ROWID;
  -- Who is in, or was, or was said not to be: by the sync that said so last. since is 0 for who never was.
  CREATE TABLE members (
    environment TEXT NOT NULL,
    audience TEXT NOT NULL,
    person TEXT NOT NULL,
    present INTEGER NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER,
    sync_id TEXT NOT NULL,
    begun_at INTEGER NOT NULL,
    PRIMARY KEY (environment, audience, person)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX members_of_person ON members (environment, person) WHERE present = 1;
  CREATE TABLE audience_sizes (
    environment TEXT NOT NULL,
    audience TEXT NOT NULL,
    day INTEGER NOT NULL,
    kind TEXT NOT NULL,
    slot INTEGER NOT NULL,
    change INTEGER NOT NULL,
    PRIMARY KEY (environment, audience, day, kind, slot)
  ) STRICT, WITHOUT ROWID;

  -- What lists of platforms hold of people, and should. touched: 1 when something changed since the row was taken, 2
  -- when it shall be sent in any case. there: the platform holds the person.
  CREATE TABLE mirrors (
    environment TEXT NOT NULL,
    person TEXT NOT NULL,
    destination TEXT NOT NULL,
    list TEXT NOT NULL,
    queue TEXT NOT NULL,
    wanted TEXT NOT NULL,
    there INTEGER NOT NULL DEFAULT 0,
    status TEXT NOT NULL,
    touched INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER NOT NULL,
    lease TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    reason TEXT,
    note TEXT,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (environment, person, destination, list)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX mirrors_due ON mirrors (queue, due_at, person) WHERE status = 'pending';
  CREATE INDEX mirrors_leased ON mirrors (queue, due_at) WHERE lease IS NOT NULL;
  `,
  // What a full disk must have room for again before it counts as well.
  'ALTER TABLE health ADD COLUMN ballast TEXT',
  `
  CREATE INDEX members_gone ON members (environment, until) WHERE present = 0;
  `,
  `
  -- What a server of the operator's is to hear; person: whom it is about, if anybody.
  CREATE TABLE notices (
    environment TEXT NOT NULL,
    notice_id TEXT NOT NULL,
    queue TEXT NOT NULL,
    type TEXT NOT NULL,
    at INTEGER NOT NULL,
    data TEXT NOT NULL,
    person TEXT,
    status TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    lease TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (environment, notice_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX notices_due ON notices (queue, due_at, notice_id) WHERE status = 'pending';
  CREATE INDEX notices_leased ON notices (queue, due_at) WHERE lease IS NOT NULL;
  CREATE INDEX notices_at ON notices (environment, at);
  -- Receipts of platforms are kept for some days only.
  CREATE INDEX deliveries_noted ON deliveries (environment, changed_at) WHERE note IS NOT NULL AND status <> 'pending';
  `,
  `
  -- Who belongs to which account, as events and identifies said: acc: + account id, u: + user id.
  CREATE TABLE account_users (
    environment TEXT NOT NULL,
    account TEXT NOT NULL,
    person TEXT NOT NULL,
    PRIMARY KEY (environment, account, person)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX account_users_person ON account_users (environment, person);
  `,
  `
  CREATE INDEX changes_of_subject ON changes (environment, subject, at);
  `,
];

/** The version of a file that has seen the first script. Files of earlier versions came before the first release. */
export const firstVersion = 4;
