import { inOrder, type Span } from '../place-link.ts';
import { forEach, keyOf, sortedByKey, type Row, type Sql } from './sql.ts';

/** Anonymous ids of one user; an id with more is shared by several persons, such as a kiosk's. */
export const maxLinks = 2_000;

const key = { environment: 'text', anonymous_id: 'text' } as const;
const select = forEach(
  key,
  (input) => `
  SELECT links.* FROM ${input} JOIN links
    ON links.environment = input.environment AND links.anonymous_id = input.anonymous_id`,
);
const write = forEach(
  { ...key, linked_at: 'integer', user_id: 'text', source: 'text', closed_at: 'integer' },
  (input) => `
  INSERT INTO links (environment, anonymous_id, linked_at, user_id, source, closed_at)
  SELECT environment, anonymous_id, linked_at, user_id, source, closed_at FROM ${input} WHERE true
  ON CONFLICT (environment, anonymous_id, linked_at, user_id) DO UPDATE SET closed_at = excluded.closed_at`,
);
const count = forEach(
  { environment: 'text', user_id: 'text' },
  (input) => `
  SELECT input.environment, input.user_id, (
    SELECT count(*) FROM (
      SELECT 1 FROM links
      WHERE links.environment = input.environment AND links.user_id = input.user_id AND links.closed_at IS NULL
      LIMIT ${maxLinks}) AS open_links) AS links
  FROM ${input}`,
);
const selectOfUsers = forEach(
  { environment: 'text', user_id: 'text' },
  (input) => `
  SELECT links.user_id, links.anonymous_id, links.linked_at FROM ${input} JOIN links
    ON links.environment = input.environment AND links.user_id = input.user_id AND links.closed_at IS NULL
  ORDER BY links.linked_at, links.anonymous_id`,
);

/** The links that one anonymous id ever had, oldest first. */
export interface LinkHistory {
  environment: string;
  anonymous_id: string;
  spans: readonly Span[];
  /** As they were read. */
  known: readonly Span[];
}

/** Reads histories; one that is empty is there too. */
export async function readLinks(
  sql: Sql,
  wanted: readonly { environment: string; anonymous_id: string }[],
): Promise<Map<string, LinkHistory>> {
  const histories = new Map<string, LinkHistory>();
  for (const { environment, anonymous_id } of wanted) {
    histories.set(keyOf(environment, anonymous_id), { environment, anonymous_id, spans: [], known: [] });
  }
  const found = new Map<string, Span[]>();
  for (const row of await sql.each(select, sortedByKey(histories))) {
    const id = keyOf(String(row['environment']), String(row['anonymous_id']));
    found.set(id, [...(found.get(id) ?? []), spanOf(row)]);
  }
  for (const [id, spans] of found) {
    const history = histories.get(id);
    if (history) history.spans = history.known = inOrder(spans);
  }
  return histories;
}

/** Writes the spans that are new or changed. */
export async function writeLinks(sql: Sql, histories: ReadonlyMap<string, LinkHistory>): Promise<void> {
  const rows = sortedByKey(histories).flatMap(({ environment, anonymous_id, spans, known }) =>
    spans.filter((span) => !known.includes(span)).map((span) => ({ environment, anonymous_id, ...span })),
  );
  // Those that end go first: of two that are open at once, one would break the rule that at most one is.
  const [closed, open] = [
    rows.filter((row) => row.closed_at !== null),
    rows.filter((row) => row.closed_at === null),
  ];
  await sql.each(write, closed);
  await sql.each(write, open);
}

/** Counts the anonymous ids of users, up to {@link maxLinks}. */
export async function countLinks(
  sql: Sql,
  users: readonly { environment: string; user_id: string }[],
): Promise<Map<string, number>> {
  const wanted = new Map(users.map((user) => [keyOf(user.environment, user.user_id), user]));
  const rows = await sql.each(count, sortedByKey(wanted));
  return new Map(
    rows.map((row) => [keyOf(String(row['environment']), String(row['user_id'])), Number(row['links'])]),
  );
}

/** Reads the anonymous ids that belong to users now, the one linked first to begin with; who has none has no entry. */
export async function anonymousIdsOf(
  sql: Sql,
  environment: string,
  user_ids: ReadonlySet<string>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await sql.each(
    selectOfUsers,
    [...user_ids].map((user_id) => ({ environment, user_id })),
  );
  const byUser = Map.groupBy(rows, (row) => String(row['user_id']));
  return new Map(
    [...byUser].map(([user_id, those]) => [user_id, those.map((row) => String(row['anonymous_id']))]),
  );
}

const spanOf = (row: Row): Span => ({
  user_id: String(row['user_id']),
  source: row['source'] === null ? null : String(row['source']),
  linked_at: Number(row['linked_at']),
  closed_at: row['closed_at'] === null ? null : Number(row['closed_at']),
});
