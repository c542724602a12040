import type { Json, JsonObject, WireEvent } from '@tracklayer/core';
import type { DatabaseSync } from 'node:sqlite';
import type { Delivery, EventRecord, IdentifyOutcome, Link, ReceivedIdentify } from './store.ts';

/** Identifies, traits and links (docs/wire.md W-16, W-17, W-19). Writes belong into a transaction. */
export function sqlitePeople(database: DatabaseSync) {
  const insert = database.prepare(`
    INSERT INTO identifies (environment, event_id, body, received_at, client_occurred_at)
    VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`);
  // A later call within one millisecond is the newer one: requests of one person come in order (W-20).
  const setTrait = database.prepare(`
    INSERT INTO traits VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET value = excluded.value, occurred_at = excluded.occurred_at
    WHERE excluded.occurred_at >= occurred_at`);
  const selectTraits = database.prepare(`
    SELECT name, value FROM (
      SELECT name, value, row_number() OVER (PARTITION BY name ORDER BY occurred_at DESC, carrier DESC) AS place
      FROM traits WHERE environment = :environment AND (
        carrier = 'user' AND id = :user_id OR carrier = 'anonymous' AND id IN (
          SELECT anonymous_id FROM links
          WHERE environment = :environment AND user_id = :user_id AND closed_at IS NULL)))
    WHERE place = 1 AND value IS NOT NULL ORDER BY name`);

  const selectOpen = database.prepare(
    'SELECT user_id FROM links WHERE environment = ? AND anonymous_id = ? AND closed_at IS NULL',
  );
  const selectAnonymous = database.prepare(
    'SELECT anonymous_id FROM links WHERE environment = ? AND user_id = ? AND closed_at IS NULL ORDER BY seq',
  );
  const selectLinks = database.prepare(
    'SELECT * FROM links WHERE environment = ? AND anonymous_id = ? ORDER BY linked_at, seq',
  );
  const selectAround = database.prepare(`
    SELECT seq, user_id, closed_at FROM links
    WHERE environment = :environment AND anonymous_id = :anonymous_id
      AND linked_at <= :at AND (closed_at IS NULL OR closed_at > :at)
    ORDER BY linked_at DESC, seq DESC LIMIT 1`);
  const selectNext = database.prepare(`
    SELECT linked_at FROM links
    WHERE environment = :environment AND anonymous_id = :anonymous_id AND linked_at > :at
    ORDER BY linked_at LIMIT 1`);
  const insertLink = database.prepare(`
    INSERT INTO links (environment, anonymous_id, user_id, source, linked_at, closed_at) VALUES (?, ?, ?, ?, ?, ?)`);
  const closeLink = database.prepare('UPDATE links SET closed_at = ? WHERE seq = ?');
  const closeOpen = database.prepare(
    'UPDATE links SET closed_at = max(linked_at, ?) WHERE environment = ? AND anonymous_id = ? AND closed_at IS NULL',
  );

  function write(
    delivery: Delivery<unknown>,
    { identify, client_occurred_at }: ReceivedIdentify,
  ): IdentifyOutcome {
    const { environment, received_at } = delivery;
    const { event_id, user_id, anonymous_id, traits, occurred_at, source } = identify;
    const body = JSON.stringify(identify);
    const row = insert.run(environment, event_id ?? null, body, received_at, client_occurred_at ?? null);
    const at = Date.parse(occurred_at);

    if (row.changes === 1) {
      const carrier = user_id === undefined ? 'anonymous' : 'user';
      for (const [name, value] of Object.entries(traits ?? {})) {
        const text = value == null ? null : JSON.stringify(value);
        setTrait.run(environment, carrier, String(user_id ?? anonymous_id), name, text, at);
      }
      if (user_id !== undefined && anonymous_id !== undefined) {
        link(environment, { anonymous_id, user_id, source: source ?? null, at });
      }
    }
    const owner =
      anonymous_id === undefined ? undefined : selectOpen.get(environment, anonymous_id)?.['user_id'];
    return {
      status: row.changes === 1 ? 'accepted' : 'duplicate',
      merged: user_id !== undefined && owner === user_id,
    };
  }

  /**
   * Puts a link where its time says, which need not be the end: identifies may arrive out of order. It takes the rest
   * of the span that it falls into, or the time until the next link.
   */
  function link(
    environment: string,
    {
      anonymous_id,
      user_id,
      source,
      at,
    }: { anonymous_id: string; user_id: string; source: string | null; at: number },
  ): void {
    const around = selectAround.get({ environment, anonymous_id, at });
    if (around?.['user_id'] === user_id) return;
    const until = around
      ? around['closed_at']
      : selectNext.get({ environment, anonymous_id, at })?.['linked_at'];
    if (around) closeLink.run(at, Number(around['seq']));
    insertLink.run(environment, anonymous_id, user_id, source, at, until ?? null);
  }

  function identity(environment: string, event: Partial<WireEvent>): EventRecord['identity'] {
    const { anonymous_id } = event;
    const linked =
      anonymous_id === undefined ? undefined : selectOpen.get(environment, anonymous_id)?.['user_id'];
    const user_id = event.user_id ?? (typeof linked === 'string' ? linked : null);
    const known = user_id === null ? [] : selectAnonymous.all(environment, user_id);
    const ids = known.map((row) => String(row['anonymous_id']));
    return {
      user_id,
      anonymous_ids: [...new Set(anonymous_id === undefined ? ids : [anonymous_id, ...ids])],
    };
  }

  return {
    write,
    identity,
    unlink: (environment: string, anonymous_id: string, at: number): boolean =>
      closeOpen.run(at, environment, anonymous_id).changes === 1,
    traits: (environment: string, user_id: string): JsonObject =>
      Object.fromEntries(
        selectTraits
          .all({ environment, user_id })
          .map((row) => [String(row['name']), JSON.parse(String(row['value'])) as Json]),
      ),
    links: (environment: string, anonymous_id: string): Link[] =>
      selectLinks.all(environment, anonymous_id).map((row) => ({
        user_id: String(row['user_id']),
        linked_at: new Date(Number(row['linked_at'])).toISOString(),
        closed_at: row['closed_at'] === null ? null : new Date(Number(row['closed_at'])).toISOString(),
        source: row['source'] === null ? null : String(row['source']),
      })),
  };
}
