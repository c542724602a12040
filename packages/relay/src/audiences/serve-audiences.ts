import { describeRefusal, type Mapped } from '@tracklayer/destinations';
import { ofWebRequest, parseObject, readBody } from '@tracklayer/node/http-kit';
import { recordChange } from '../changes/record-change.ts';
import { knownOf } from '../deliver/known-of.ts';
import type { Call } from '../operation.ts';
import { refusal, storeUnavailable } from '../problem.ts';
import type { AudienceRecord, AudienceSummary } from '../store/audiences.ts';
import type { MirrorCount } from '../store/mirrors.ts';
import { listKey, type ListRecord } from '../lists/list-record.ts';
import { isOfCompanies, mapAccount, mapMember } from './map-member.ts';
import { readPage, type SaidPage } from './read-page.ts';
import { isAudienceName, targetsIn } from './rules.ts';

/** `POST /api/audiences/{audience}/members` (docs/wire.md W-33). */
export async function postMembers(call: Call): Promise<Response> {
  const name = nameOf(call);
  const said = await readSaid(call);
  const outcome = await call.mirrors.takePage(call.environment, name, said).catch((cause: unknown) => {
    throw storeUnavailable(cause);
  });
  if (outcome.conflict !== undefined) throw refusal(409, 'sync_conflict', outcome.conflict);
  const { added, removed, unchanged, state, isRepeated, isReplaced = false } = outcome;
  return Response.json({
    added,
    removed,
    unchanged,
    state,
    ...(isRepeated && { repeated: true }),
    ...(isReplaced && { replaced: true }),
    ...(said.both > 0 && { both: said.both }),
  });
}

/** Returns without the body: ten thousand members as objects would be held while their page is taken in. */
async function readSaid({ request }: Call): Promise<SaidPage> {
  const body = parseObject(
    await readBody(ofWebRequest(request)),
    '{ "sync_id": "…", "page": 1, "total_pages": 1, "add": [{ "user_id": "…" }], "remove": [] }',
  );
  const said = readPage(body);
  if ('problem' in said) throw refusal(422, 'invalid_members', said.problem);
  return said;
}

/** What is known of an audience at one destination. */
export interface AudienceAtDestination {
  destination: string;
  title?: string;
  /** Members that the platform holds. */
  there: number;
  pending: number;
  /** Of those pending that wait for something, how many for what: the word of the reason. */
  waits: Readonly<Record<string, number>>;
  /** Members that it does not hold, by the word of the reason. */
  left_out: Readonly<Record<string, number>>;
  /** It reaches nobody while it holds fewer. */
  smallest?: number;
  /** What the platform says of its list, asked once a day. */
  list?: ListRecord;
}

/** An audience as `GET /api/audiences` lists it; what nobody told of has no `source` and no `sync` (docs/wire.md W-33). */
export interface AudienceState extends Partial<AudienceSummary> {
  audience: string;
  size: number;
  /** Who is to tell of it, by the config. */
  from?: string | undefined;
  to: readonly AudienceAtDestination[];
}

/** `GET /api/audiences`: those that a source told of, and those that the config names. */
export async function getAudiences({ store, environment, mirrors, lists }: Call): Promise<Response> {
  const [known, counts, records] = await Promise.all([
    store.audiences(environment),
    store.mirrorCounts(environment),
    lists.recordsOf(environment),
  ]);
  const told = new Map(known.map((one) => [one.audience, one]));
  const names = [...new Set([...told.keys(), ...mirrors.audiences.keys()])].toSorted();
  const audiences = names.map((audience): AudienceState => ({
    audience,
    size: 0,
    ...told.get(audience),
    from: mirrors.audiences.get(audience)?.from,
    to: destinationsOf(audience, environment, counts, records, mirrors),
  }));
  return Response.json({ audiences });
}

/** `GET /api/audiences/{audience}`. @throws 404 for one that nobody told of and no config names. */
export async function getAudience(call: Call): Promise<Response> {
  const { store, environment, mirrors, lists } = call;
  const name = nameOf(call);
  const [record, counts, records] = await Promise.all([
    store.audience(environment, name),
    store.mirrorCounts(environment),
    lists.recordsOf(environment),
  ]);
  if (!record && !mirrors.audiences.has(name))
    throw refusal(404, 'not_found', 'no source has sent this audience, and no rule names it');
  const empty: Partial<AudienceRecord> = { audience: name, size: 0, accounts: 0, syncs: [], sizes: [] };
  const from = mirrors.audiences.get(name)?.from;
  return Response.json({
    ...empty,
    ...record,
    from,
    to: destinationsOf(name, environment, counts, records, mirrors),
  });
}

function destinationsOf(
  audience: string,
  environment: string,
  counts: readonly MirrorCount[],
  records: ReadonlyMap<string, ListRecord>,
  { audiences }: Call['mirrors'],
): AudienceAtDestination[] {
  const targets = targetsIn(audiences, audience, environment);
  const mine = counts.filter(({ list }) => list === audience);
  const names = [...new Set([...targets.keys(), ...mine.map(({ destination }) => destination)])];
  return names.map((destination) => {
    const rows = mine.filter((one) => one.destination === destination);
    const sum = (those: readonly MirrorCount[]): number => those.reduce((all, { count }) => all + count, 0);
    const byReason = (those: readonly MirrorCount[]): Record<string, number> => {
      const counted = Map.groupBy(those, ({ reason }) => reason || 'other');
      return Object.fromEntries([...counted].map(([reason, some]) => [reason, sum(some)]));
    };
    const isOut = ({ status, isThere }: MirrorCount): boolean =>
      !isThere && (status === 'skipped' || status === 'failed');
    const isPending = ({ status }: MirrorCount): boolean => status === 'pending';
    const target = targets.get(destination);
    const mirror = target?.mirror;
    // The bound is one of people: how many work at the companies, the platform alone knows.
    const smallest = target && !isOfCompanies(target) ? target.mirror.limits.smallest : undefined;
    const list = records.get(listKey(destination, audience));
    return {
      destination,
      ...(mirror && { title: mirror.title }),
      there: sum(rows.filter(({ isThere }) => isThere)),
      pending: sum(rows.filter(isPending)),
      waits: byReason(rows.filter((row) => isPending(row) && row.reason !== '')),
      left_out: byReason(rows.filter(isOut)),
      ...(smallest !== undefined && { smallest }),
      ...(list && { list }),
    };
  });
}

const previewed = 10_000;
const emptyCount = (): { would: number; left_out: Record<string, number> } => ({ would: 0, left_out: {} });

/**
 * `GET /api/audiences/{audience}/preview`: how many of the members would be where, and why the others not. Reads the
 * first 10,000 users and as many accounts, and sends nothing.
 */
export async function getAudiencePreview(call: Call): Promise<Response> {
  const { store, environment, mirrors, now } = call;
  const name = nameOf(call);
  const rule = mirrors.audiences.get(name);
  if (!rule) throw refusal(404, 'not_found', 'no rule of the config names this audience');
  const { user_ids, account_ids, isMore } = await store.membersOf(environment, name, previewed);
  const targets = targetsIn(mirrors.audiences, name, environment);
  const to = new Map([...targets.keys()].map((destination) => [destination, emptyCount()]));
  const helps = new Map<string, string>();
  const add = (destination: string, mapped: Mapped<object>): void => {
    const count = to.get(destination);
    if (!count) return;
    if ('payload' in mapped) count.would += 1;
    else {
      const { reason } = mapped.refused;
      count.left_out[reason] = (count.left_out[reason] ?? 0) + 1;
      helps.set(reason, describeRefusal(mapped.refused));
    }
  };
  const ofCompanies = [...targets].filter(([, target]) => isOfCompanies(target));
  const accounts = ofCompanies.length > 0 ? await store.accounts(environment, account_ids) : [];
  for (const traits of accounts)
    for (const [destination, target] of ofCompanies) add(destination, mapAccount(target, rule.when, traits));
  for (let from = 0; from < user_ids.length; from += 500) {
    const slice = user_ids.slice(from, from + 500);
    const people = await store.people(
      environment,
      slice.map((user_id) => ({ user_id })),
    );
    for (const person of people)
      for (const [destination, target] of targets) {
        add(destination, mapMember(target, rule.when, knownOf(person), now()));
      }
  }
  return Response.json({
    audience: name,
    members: user_ids.length,
    accounts: account_ids.length,
    is_cut: isMore,
    to: [...to].map(([destination, count]) => ({ destination, ...count })),
    help: Object.fromEntries(helps),
  });
}

/** `POST /api/audiences/{audience}/sync` `{ full?, dry? }`: compares every member again; `full` sends them anew. */
export async function postAudienceSync(call: Call): Promise<Response> {
  const { store, environment, mirrors, now, request } = call;
  const name = nameOf(call);
  const { full: isAnew = false, dry = false } = parseObject(
    await readBody(ofWebRequest(request)),
    '{ "full": false, "dry": true }',
  );
  if (typeof isAnew !== 'boolean' || typeof dry !== 'boolean')
    throw refusal(422, 'invalid_sync', 'full and dry must be true or false');
  const rule = mirrors.audiences.get(name);
  if (!rule) throw refusal(404, 'not_found', 'no rule of the config names this audience');
  const size = (await store.audience(environment, name))?.size ?? 0;
  const counts: Record<string, number> = {};
  for (const destination of targetsIn(mirrors.audiences, name, environment).keys()) {
    counts[destination] = dry ? size : 0;
    let after: string | undefined;
    for (let isMore = !dry; isMore; isMore = after !== undefined) {
      const slice = await store
        .mirrorMembers({ environment, audience: name, destination, isAnew, now: now(), after })
        .catch((cause: unknown) => {
          throw storeUnavailable(cause);
        });
      counts[destination] = (counts[destination] ?? 0) + slice.rows;
      after = slice.after;
    }
  }
  if (!dry)
    await recordChange(call, {
      action: 'audience.synced',
      subject: name,
      detail: { full: isAnew ? 'yes' : 'no', ...counts },
    });
  return Response.json({ audience: name, full: isAnew, dry, rows: counts });
}

function nameOf({ params }: Call): string {
  const name = params['audience'] ?? '';
  if (!isAudienceName(name))
    throw refusal(
      422,
      'invalid_audience',
      'a name is 1 to 64 letters, digits, _ and -, such as checkout_stalled',
    );
  return name;
}
