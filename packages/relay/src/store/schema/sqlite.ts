/**
 * The tables, one script a version; `PRAGMA user_version` counts the scripts that a file has seen. A script that was
 * released is never edited: the next one changes what it made. Times are milliseconds since 1970.
 */
export const migrations: readonly string[] = [
  `
  -- One row an event_id. body is the first accepted copy with what later ones filled in; seq is the order of receipt.
  CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    environment TEXT NOT NULL,
    event_id TEXT NOT NULL,
    event TEXT,
    user_id TEXT,
    status TEXT NOT NULL,
    body TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    client_occurred_at TEXT,
    copies INTEGER NOT NULL DEFAULT 1,
    conflicts INTEGER NOT NULL DEFAULT 0,
    conflict_fields TEXT,
    errors TEXT,
    UNIQUE (environment, event_id)
  ) STRICT;
  CREATE INDEX events_of_user ON events (environment, user_id) WHERE user_id IS NOT NULL;
  CREATE INDEX events_rejected ON events (environment, seq) WHERE status = 'rejected';

  -- Every identify as it was accepted. traits and links hold what follows from them.
  CREATE TABLE identifies (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    environment TEXT NOT NULL,
    event_id TEXT,
    body TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    client_occurred_at TEXT
  ) STRICT;
  CREATE UNIQUE INDEX identifies_by_id ON identifies (environment, event_id) WHERE event_id IS NOT NULL;

  -- A trait by who carried it, so that a link can be undone. value is JSON; NULL is a removal, kept for its time.
  CREATE TABLE traits (
    environment TEXT NOT NULL,
    carrier TEXT NOT NULL CHECK (carrier IN ('user', 'anonymous')),
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT,
    occurred_at INTEGER NOT NULL,
    PRIMARY KEY (environment, carrier, id, name)
  ) STRICT, WITHOUT ROWID;

  -- To whom an anonymous id belonged, from linked_at until closed_at. At most one is open.
  CREATE TABLE links (
    seq INTEGER PRIMARY KEY,
    environment TEXT NOT NULL,
    anonymous_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    source TEXT,
    linked_at INTEGER NOT NULL,
    closed_at INTEGER
  ) STRICT;
  CREATE INDEX links_of_anonymous ON links (environment, anonymous_id, linked_at);
  CREATE UNIQUE INDEX links_open ON links (environment, anonymous_id) WHERE closed_at IS NULL;
  CREATE INDEX links_of_user ON links (environment, user_id) WHERE closed_at IS NULL;

  CREATE TABLE dropped (
    environment TEXT NOT NULL,
    reason TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (environment, reason)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE reports (
    environment TEXT NOT NULL,
    request_id TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (environment, request_id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE health (one INTEGER PRIMARY KEY CHECK (one = 1), commits INTEGER NOT NULL) STRICT;
  INSERT INTO health VALUES (1, 0);
  `,
  `
  -- Registries, every version of them; entries is JSON as it was put.
  CREATE TABLE registries (
    environment TEXT NOT NULL,
    version INTEGER NOT NULL,
    entries TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (environment, version)
  ) STRICT;

  -- How often each label of a source was seen. day counts from 1970.
  CREATE TABLE sightings (
    environment TEXT NOT NULL,
    day INTEGER NOT NULL,
    source TEXT NOT NULL,
    source_event TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (environment, day, source, source_event)
  ) STRICT, WITHOUT ROWID;

  -- What properties looked like. shape is JSON: copies, conflicts, rejected, and the types of each key.
  CREATE TABLE shapes (
    environment TEXT NOT NULL,
    day INTEGER NOT NULL,
    event TEXT NOT NULL,
    source TEXT NOT NULL,
    shape TEXT NOT NULL,
    PRIMARY KEY (environment, day, event, source)
  ) STRICT;
  `,
  `
  -- A drift report reads the days of one event at a time.
  CREATE INDEX shapes_of_event ON shapes (environment, event, day);
  -- Pages of events, newest first: seq is part of every index.
  CREATE INDEX events_of_environment ON events (environment);
  CREATE INDEX events_by_name ON events (environment, event);
  -- Old reports are forgotten whenever one comes.
  CREATE INDEX reports_by_time ON reports (environment, received_at);
  `,
];
