import { deletionList, traitsList } from '../mirrors.ts';
import { isAccountKey, userKey } from '../person-key.ts';
import { inOrder } from './lease-rows.ts';
import { dueOf, writeWishes, type Wish } from './mirrors.ts';
import { forEach, keyOf, type Sql } from './sql.ts';

const touchPerson = forEach(
  { environment: 'text', person: 'text', due_at: 'integer' },
  (input) => `
  UPDATE mirrors SET status = 'pending', touched = CASE WHEN touched = 2 THEN 2 ELSE 1 END,
    due_at = ${dueOf('input')}
  FROM ${input} WHERE mirrors.environment = input.environment AND mirrors.person = input.person
    AND mirrors.list <> '${deletionList}'`,
);
const selectOwners = forEach(
  { environment: 'text', anonymous_id: 'text' },
  (input) => `
  SELECT links.environment, links.anonymous_id, links.user_id FROM ${input} JOIN links
    ON links.environment = input.environment AND links.anonymous_id = input.anonymous_id AND links.closed_at IS NULL`,
);

/** Looks again at persons of whom something came; at destinations that hold traits, everybody has a row. */
export async function touchPeople(sql: Sql, touches: readonly Touch[]): Promise<void> {
  const known = await asUsers(sql, touches);
  if (known.length === 0) return;
  const due = known.map(({ environment, person, at }) => ({ environment, person, due_at: at + settleMs }));
  await sql.each(touchPerson, inOrder({ key: ['environment', 'person'] }, due));
  const wishes = known.flatMap(({ environment, person, at, traitsAt }) =>
    traitsAt.map((destination): Wish => ({
      environment,
      person,
      destination,
      list: traitsList,
      wanted: 'in',
      due_at: at + settleMs,
    })),
  );
  await writeWishes(sql, wishes, Math.max(...known.map(({ at }) => at)));
}

/** Lists hold users and accounts: what came of an anonymous id is about the user it belongs to now, if any. */
async function asUsers(sql: Sql, touches: readonly Touch[]): Promise<Touch[]> {
  const anonymous = touches.flatMap(({ environment, person }) =>
    person.startsWith('a:') ? [{ environment, anonymous_id: person.slice('a:'.length) }] : [],
  );
  const owners = new Map(
    (await sql.each(selectOwners, inOrder({ key: ['environment', 'anonymous_id'] }, anonymous))).map(
      (row) => [
        keyOf(String(row['environment']), `a:${String(row['anonymous_id'])}`),
        userKey(String(row['user_id'])),
      ],
    ),
  );
  return touches.flatMap((one) => {
    const { environment, person } = one;
    const isKnown = person.startsWith('u:') || isAccountKey(person);
    const user = isKnown ? person : owners.get(keyOf(environment, person));
    return user === undefined ? [] : [{ ...one, person: user }];
  });
}

/** A person, or an account, of whom something came. */
export interface Touch {
  environment: string;
  /** `u:` + user id, `a:` + anonymous id, or `acc:` + account id. */
  person: string;
  at: number;
  /** Destinations that hold the computed traits of everybody. */
  traitsAt: readonly string[];
}

/** A visit brings several messages of one person: they are looked at together. */
const settleMs = 1_000;
